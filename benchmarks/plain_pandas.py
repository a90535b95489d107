"""Baseline: "list all missed returns" as one would write it by hand in pandas; see sql/plain_missed.sql."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

TABLES = ("organisation", "mandatory_return", "return_period", "request", "notice", "submission")
KEYS = ["organisation_code", "return_code", "period_start"]
ORGANISATION = ["organisation_code", "organisation_name", "contract_type", "icb_code", "opened_on", "closed_on"]


def missed_returns(database: Path, as_of: date) -> pd.DataFrame:
    """One row a missed return: organisation, return, period, due date."""
    day = pd.Timestamp(as_of)
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = {name: connection.execute(f"FROM {name}").df() for name in TABLES}
    owed = pd.concat([_owed_by_period(tables, day), _owed_on_request(tables, day)], ignore_index=True)
    sent = tables["submission"]
    received = sent[(sent.outcome == "accepted") & (sent.submitted_at.dt.normalize() <= day)][KEYS].drop_duplicates()
    merged = owed.merge(received, on=KEYS, how="left", indicator=True)
    return merged[merged["_merge"] == "left_only"]


def _owed_by_period(tables: dict[str, pd.DataFrame], day: pd.Timestamp) -> pd.DataFrame:
    returns = tables["mandatory_return"][["return_code", "owed_by", "kind", "period", "contract_types"]]
    periods = tables["return_period"].merge(returns[returns.kind.isin(["periodic", "declaration"])], on="return_code")
    organisations = tables["organisation"][[*ORGANISATION, "organisation_kind"]]
    owed = periods[periods.due_on < day].merge(organisations, left_on="owed_by", right_on="organisation_kind")
    yearly = owed.period == "contract_year"
    open_from, open_to = owed.period_start.mask(yearly, owed.due_on), owed.period_end.mask(yearly, owed.due_on)
    owed = owed[_is_open(owed, open_from, open_to) & _is_covered(owed)]
    return owed[~_is_excused(owed, tables["notice"])][[*KEYS, "organisation_name", "due_on"]]


def _owed_on_request(tables: dict[str, pd.DataFrame], day: pd.Timestamp) -> pd.DataFrame:
    returns = tables["mandatory_return"][["return_code", "contract_types"]]
    asked = tables["request"][["organisation_code", "return_code", "requested_on", "due_on"]]
    owed = asked[asked.due_on < day].merge(returns, on="return_code")
    owed = owed.merge(tables["organisation"][ORGANISATION], on="organisation_code")
    owed = owed[_is_open(owed, owed.requested_on, owed.requested_on) & _is_covered(owed)]
    return owed.rename(columns={"requested_on": "period_start"})[[*KEYS, "organisation_name", "due_on"]]


def _is_open(owed: pd.DataFrame, first: pd.Series, last: pd.Series) -> pd.Series:
    return (owed.opened_on.isna() | (owed.opened_on <= first)) & (owed.closed_on.isna() | (owed.closed_on >= last))


def _is_covered(owed: pd.DataFrame) -> pd.Series:
    covered = {(kind, types): not types or str(kind) in types for kind in ("GMS", "PMS", "APMS")
               for types in owed.contract_types.unique()}  # fmt: skip
    pairs = pd.MultiIndex.from_arrays([owed.contract_type, owed.contract_types])
    return owed.contract_type.isna() | pairs.isin([pair for pair, is_covered in covered.items() if is_covered])


def _is_excused(owed: pd.DataFrame, notices: pd.DataFrame) -> pd.Series:
    excused = pd.Series(False, index=owed.index)
    for notice in notices[notices.kind.isin(["paused", "exempt"])].itertuples():
        applies = (owed.return_code == notice.return_code) & (owed.period_start == notice.period_start)
        excused |= applies if notice.scope == "national" else applies & (owed.icb_code == notice.scope_value)
    return excused
