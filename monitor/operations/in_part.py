"""Why something was done in part only, so that a person is needed: for the end of a run, its record and the log.

They name files, returns and recipients, and never hold a value of a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.checks.suites import Verdict, could_not_check
from monitor.core.text import listed, number, on_one_line
from monitor.core.vocabulary import words_of_rejections
from monitor.ingest.loading import LoadedFile


def why_of_files(loaded: Iterable[LoadedFile]) -> list[str]:
    """Files that were refused, and rows that were rejected now; not what was rejected before and only read again."""
    new = [file for file in loaded if not file.is_read_again]
    refused = [file.identity.name for file in new if file.state == "refused"]
    with_rejected = [file for file in new if file.counts.rejected]
    rows = number(sum(file.counts.rejected for file in with_rejected), "row")
    return [
        *([f"{number(len(refused), 'file')} refused: {_listed(refused)}"] if refused else []),
        *([f"{rows} rejected in {_listed([f.identity.name for f in with_rejected])}"] if with_rejected else []),
    ]


def why_of_doubt(unread: Iterable[Mapping[str, Any]], loaded: Iterable[LoadedFile]) -> list[str]:
    """Rows rejected by earlier loads for which expected returns are still not known. unread: rows of rejected_files."""
    said = {file.identity.name for file in loaded if not file.is_read_again and file.counts.rejected}
    before = [row for row in unread if row["in_doubt"] and row["file_name"] not in said]
    if not before:
        return []
    rows = number(sum(row["rows_rejected"] for row in before), "row")
    files = _listed([row["file_name"] for row in before])
    return [f"{rows} of {files} still could not be read, so expected returns are not known"]


def why_of_checks(verdicts: Sequence[Verdict]) -> list[str]:
    """Returns of which the check could not be run."""
    codes = sorted(could_not_check(verdicts))
    return [f"the check of {_listed(codes)} could not be run"] if codes else []


def why_of_delivery(undelivered: Sequence[Mapping[str, Any]]) -> list[str]:
    """Recipients who have not got a message, with what their server said last of the first of them."""
    if not undelivered:
        return []
    to = list(dict.fromkeys(row["recipient"] for row in undelivered))
    first = on_one_line(undelivered[0]["last_error"] or "")
    return [f"{number(len(undelivered), 'message')} not delivered to {_listed(to)}" + (f": {first}" if first else "")]


def why_of_pages(in_use: Iterable[Path], fault: str | None) -> list[str]:
    """Published files that somebody has open, and pages that could not be written."""
    return [
        *(f"{file} could not be replaced, because someone has it open" for file in in_use),
        *([f"the pages could not be updated: {on_one_line(fault)}"] if fault else []),
    ]


def in_words(why: Sequence[str]) -> str:
    """All of it in one sentence; empty where nobody is needed."""
    return f"a person is needed: {'; '.join(why)}" if why else ""


def _listed(names: Sequence[str]) -> str:
    return on_one_line(listed(list(names)))


def words_of_rejected(row: Mapping[str, Any]) -> str:
    """A row of rejected_files in words, without any value of the file."""
    held = f"; {number(row['in_doubt'], 'return')} not known because of it" if row["in_doubt"] else ""
    others = row["rows_rejected"] - 1
    more = f" and {number(others, 'other')}" if others else ""
    why = words_of_rejections(row["reasons"], row["column_name"])
    return f"{row['file_name']}, row {row['first_row']}{more}: {why}{held}"
