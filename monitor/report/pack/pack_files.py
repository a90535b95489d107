"""The files of a pack: which they are, and putting them in place."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from monitor.core.atomic_files import write_file
from monitor.core.errors import EnvironmentFault
from monitor.report.pack.blocks import Pack

FORMATS = {"html": ("html",), "docx": ("docx",), "both": ("html", "docx")}
NOT_IN_A_NAME = re.compile(r"[^A-Z0-9]")
FOR_THE_ICB = "for-the-ICB-only"  # a folder of its own, so that nobody attaches an annex by accident
Write = Callable[[Path, bytes], None]


def write_pack(  # noqa: PLR0913  a pack, where it goes, and how
    letter: Pack,
    annex: Pack,
    organisation_code: str,
    as_of: date,
    folder: Path,
    how: str,
    at: datetime,
    template: Path | None,
    write: Write = write_file,
) -> list[Path]:
    """Write the letter into the folder and the annex into one below; gives the path of each file, after all are made.

    how: html, docx or both. template: the ICB's own for the letter as a Word document; None: the one shipped.
    Raises ConfigurationError where it is of no use, EnvironmentFault where a file cannot be written or is open.
    """
    stem = f"{NOT_IN_A_NAME.sub('_', organisation_code)}-{as_of}"
    documents = {folder / f"pack-{stem}": letter, folder / FOR_THE_ICB / f"annex-{stem}": annex}
    files = {
        file.with_name(f"{file.name}.{suffix}"): _content(document, suffix, at, template)
        for file, document in documents.items()
        for suffix in FORMATS[how]
    }
    for file, content in files.items():
        _put(content, file, write)
    return list(files)


def _content(pack: Pack, suffix: str, at: datetime, template: Path | None) -> bytes:
    if suffix == "html":
        from monitor.report.pack.as_html import as_html

        return as_html(pack).encode("utf-8")
    from monitor.report.pack.as_docx import as_docx

    return as_docx(pack, at, template)


def _put(content: bytes, file: Path, write: Write) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write(file, content)
    except PermissionError as error:
        raise EnvironmentFault(
            str(file), "cannot be replaced: someone has it open, or you cannot write to the folder",
            advice="close it, or choose another folder with --to",
        ) from error  # fmt: skip
    except OSError as error:
        raise EnvironmentFault(
            str(file), f"cannot be written: {error.strerror}", advice="choose another folder with --to"
        ) from error
