"""Answers as pandas DataFrames with real types: days as datetime64, instants in Europe/London, codes as strings."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    import pandas as pd

# Columns of few words that repeat in row after row. Codes stay strings: they are what frames are joined by.
CATEGORIES = frozenset({
    "status", "status_before", "status_now", "cause", "cause_before", "cause_now", "organisation_kind", "owed_by",
    "contract_type", "return_title", "supplier", "due_basis", "gms_reference", "pms_reference", "icb_name", "severity",
    "kind", "outcome", "state", "reason", "action", "format", "supplier_kind",
})  # fmt: skip
DAYS, TEXT = "datetime64[us]", "str"
WHOLE = ("HUGEINT", "UHUGEINT")  # a sum of whole numbers; DuckDB gives it as a float


def frame_of(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """All rows of an executed query."""
    kinds = {name: str(kind) for name, kind, *_ in cursor.description or ()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what DuckDB's use of pandas meets with is none of the asker's business
        frame = cursor.df()
    types: dict[str, Any] = {name: _type_of_text(name) for name, kind in kinds.items() if kind == "VARCHAR"}
    return frame.astype({**types, **{name: "Int64" for name, kind in kinds.items() if kind in WHOLE}})


def frame_of_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Rows that Python made, typed by what is in them, and where they are empty by the names of the columns."""
    import pandas as pd

    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(columns))
    types: dict[str, Any] = {}
    for place, name in enumerate(columns):
        filled = [row[place] for row in rows if row[place] is not None]
        if _are_days(name, filled):
            types[name] = DAYS
        elif not filled or isinstance(filled[0], str):
            types[name] = _type_of_text(name)
    return frame.astype(types)


def _type_of_text(name: str) -> str:
    """What a column of text becomes; said, because pandas has no type of its own for one that is all empty."""
    return "category" if name in CATEGORIES else TEXT


def _are_days(name: str, filled: Sequence[Any]) -> bool:
    return isinstance(filled[0], date) if filled else name.endswith("_on") or name in ("period_start", "period_end")
