"""By polars: list every missed return, keep the list as Parquet, say what changed. Run: OWN HANDED DAY."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import polars as pl

KEYS = ["organisation_code", "return_code", "period_start"]
OPEN_FROM, OPEN_TO = pl.col("open_from"), pl.col("open_to")
ORGANISATION = ["organisation_code", "organisation_name", "icb_code", "contract_type", "opened_on", "closed_on"]
OWED = [*ORGANISATION, "contract_types", "return_code", "period_start", "due_on", "open_from", "open_to"]


def missed_returns(handed: Path, day: date) -> pl.DataFrame:
    """One row a missed return: organisation, return, period, due date."""
    table = {file.stem: pl.scan_parquet(file) for file in handed.glob("[a-z]*.parquet")}
    asked = pl.concat([_by_period(table), _on_request(table)])
    is_open = (pl.col("opened_on") <= OPEN_FROM).fill_null(True) & (pl.col("closed_on") >= OPEN_TO).fill_null(True)
    types, one = pl.col("contract_types"), pl.col("contract_type")
    is_covered = one.is_null() | (types == "") | types.str.contains(one, literal=True)
    owed = asked.filter((pl.col("due_on") < day) & is_open & is_covered)
    in_time = (pl.col("outcome") == "accepted") & (pl.col("submitted_at").dt.date() <= day)
    received = table["submission"].filter(in_time).select(KEYS)
    return owed.join(received, on=KEYS, how="anti").select(*KEYS, "organisation_name", "due_on").collect()


def _by_period(table: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    kinds = pl.col("kind").is_in(["periodic", "declaration"])
    returns = table["mandatory_return"].filter(kinds).select("return_code", "owed_by", "period", "contract_types")
    is_yearly = pl.col("period") == "contract_year"
    asked = (
        table["return_period"]
        .select("return_code", "period_start", "period_end", "due_on")
        .join(returns, on="return_code")
        .join(table["organisation"], left_on="owed_by", right_on="organisation_kind")
        .with_columns(
            open_from=pl.when(is_yearly).then("due_on").otherwise("period_start"),
            open_to=pl.when(is_yearly).then("due_on").otherwise("period_end"),
        )
        .select(OWED)
    )
    excused = table["notice"].filter(pl.col("kind").is_in(["paused", "exempt"]))
    nationally = excused.filter(pl.col("scope") == "national").select("return_code", "period_start")
    locally = excused.filter(pl.col("scope") != "national").select(
        "return_code", "period_start", icb_code=pl.col("scope_value")
    )
    asked = asked.join(nationally, on=["return_code", "period_start"], how="anti")
    return asked.join(locally, on=["return_code", "period_start", "icb_code"], how="anti")


def _on_request(table: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    return (
        table["request"]
        .select("organisation_code", "return_code", "due_on", period_start="requested_on")
        .join(table["mandatory_return"].select("return_code", "contract_types"), on="return_code")
        .join(table["organisation"].select(ORGANISATION), on="organisation_code")
        .with_columns(open_from="period_start", open_to="period_start")
        .select(OWED)
    )


def main(own: Path, handed: Path, day: str) -> dict[str, int]:
    """The list of the day, kept; and what changed since the last one."""
    past = sorted(own.glob("missed-*.parquet"))
    missed = missed_returns(handed, date.fromisoformat(day))
    missed.write_parquet(own / f"missed-{day}.parquet")
    said = {"missed": missed.height, "listed": missed.height}
    if past:
        before = pl.read_parquet(past[-1])
        said["kept"] = before.height
        said["appeared"] = missed.join(before, on=KEYS, how="anti").height
        said["gone"] = before.join(missed, on=KEYS, how="anti").height
    return said


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
