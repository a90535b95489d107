"""The files of a pack: which they are, and putting them in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from monitor.core.atomic_files import write_file
from monitor.core.errors import EnvironmentFault
from monitor.report.pack.blocks import Pack

FORMATS = {"html": ("html",), "docx": ("docx",), "both": ("html", "docx")}
NOT_IN_A_NAME = re.compile(r"[^A-Z0-9]")


def write_pack(pack: Pack, organisation_code: str, as_of: date, folder: Path, how: str, at: datetime) -> Iterator[Path]:
    """Write the pack into the folder; gives the path of each file. how: html, docx or both.

    Raises EnvironmentFault where a file cannot be written, or somebody has it open.
    """
    for suffix in FORMATS[how]:
        file = folder / f"pack-{NOT_IN_A_NAME.sub('_', organisation_code)}-{as_of}.{suffix}"
        _put(_content(pack, suffix, at), file)
        yield file


def _content(pack: Pack, suffix: str, at: datetime) -> bytes:
    if suffix == "html":
        from monitor.report.pack.as_html import as_html

        return as_html(pack).encode("utf-8")
    from monitor.report.pack.as_docx import as_docx

    return as_docx(pack, at)


def _put(content: bytes, file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(file, content)
    except PermissionError as error:
        raise EnvironmentFault(
            str(file), "cannot be replaced: somebody has it open, or the folder is not yours to write",
            advice="close it, or choose another folder with --to",
        ) from error  # fmt: skip
    except OSError as error:
        raise EnvironmentFault(
            str(file), f"cannot be written: {error.strerror}", advice="choose another folder with --to"
        ) from error
