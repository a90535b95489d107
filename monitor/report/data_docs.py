"""Great Expectations' Data Docs, for those who want them: made to need nothing from elsewhere, and put beside the site.

As Great Expectations makes them, the pages fetch styles, scripts, fonts and pictures from seven other hosts when they
are opened. Here all of that is taken out, and a policy in each page forbids what may have been overlooked. Lost with
it: sorting, searching and filtering in the tables, and Great Expectations' own look.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from jinja2 import Template

from monitor.core.atomic_files import beside
from monitor.core.errors import EnvironmentFault

NOT_OURS = re.compile(
    r"<script\b.*?</script\s*>|<style\b.*?</style\s*>|<link\b[^>]*>|<footer\b.*?</footer\s*>|<img\b[^>]*>"
    r'|<title></title>|<a data-toggle="collapse".*?</a>',
    re.DOTALL | re.IGNORECASE,
)
ON_CLICK = re.compile(r'\sonclick="[^"]*"')
ICON = re.compile(r'<i class="fas ([^"]*)"[^>]*>\s*</i>(?:\s*(?:Failed|Succeeded)\b)?')
WORD_OF_ICON = {"fa-check-circle": "met", "fa-times": "not met", "fa-exclamation-triangle": "could not be run"}
UP_FROM_RESULT = "../../../../"  # from validations/SUITE/RUN/TIME/BATCH.html
HEAD = Path(__file__).with_name("data_docs_head.html").read_text(encoding="utf-8")
INDEX = Path(__file__).with_name("data_docs_index.html.j2")


def write_data_docs(write: Callable[[Path], None], folder: Path) -> None:
    """Have Great Expectations write its pages, make them harmless, and put them in place in one step.

    write(folder): writes the pages as Great Expectations makes them. Raises EnvironmentFault where somebody has one of
    the pages open, so that they cannot be replaced.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = beside(folder)
    old = building.with_suffix(".old")
    for left_over in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(left_over, ignore_errors=True)
    try:
        with TemporaryDirectory() as raw:
            write(Path(raw))
            _tidy(Path(raw), building)
        if folder.exists():
            folder.replace(old)
        building.replace(folder)
    except PermissionError as error:
        raise EnvironmentFault(
            str(folder), "cannot be replaced: one of its pages is open", advice="close it, then ask for the pages again"
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def harmless(page: str) -> str:
    """A page of Great Expectations' that fetches nothing and runs nothing; what its icons said is said in words."""
    page = ICON.sub(_word, ON_CLICK.sub("", NOT_OURS.sub("", page)))
    page = page.replace("<html>", '<html lang="en-GB">', 1)
    return page.replace("</head>", f"{HEAD}</head>", 1)


def _word(icon: re.Match[str]) -> str:
    words = [word for name, word in WORD_OF_ICON.items() if name in icon[1].split()]
    return f'<span class="state">{words[0]}</span>' if words else ""


def _tidy(raw: Path, folder: Path) -> None:
    """The pages of the suites and of their results, each under the name of its suite, and an index of them."""
    for part in ("expectations", "validations"):
        (folder / part).mkdir(parents=True)
    for page in sorted(raw.glob("expectations/*.html")):
        _write(folder / "expectations" / page.name, page.read_text(encoding="utf-8"))
    for page in sorted(raw.glob("validations/*/*/*/*.html")):
        suite = page.relative_to(raw / "validations").parts[0]
        text = page.read_text(encoding="utf-8").replace(UP_FROM_RESULT, "../")
        _write(folder / "validations" / f"{suite}.html", text)
    suites = [page.stem for page in sorted((folder / "expectations").glob("*.html"))]
    with_result = [(suite, (folder / "validations" / f"{suite}.html").is_file()) for suite in suites]
    index = Template(INDEX.read_text(encoding="utf-8"), autoescape=True, trim_blocks=True)
    (folder / "index.html").write_text(index.render(head=HEAD, suites=with_result), encoding="utf-8")


def _write(file: Path, page: str) -> None:
    file.write_text(harmless(page), encoding="utf-8")
