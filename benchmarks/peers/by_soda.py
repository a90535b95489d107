"""By Soda Core: a check of the finished table whose failed rows are listed. Run: OWN HANDED DAY.

Without Soda Cloud, Soda Core keeps no rows and no earlier result: what it hands to a sampler is kept here as CSV.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import duckdb
from soda.sampler.sampler import Sampler
from soda.scan import Scan

CHECKS = """
checks for owed:
  - failed rows:
      name: every return received
      samples limit: 100000000
      fail condition: received_at IS NULL
"""


class Keeping(Sampler):
    """Writes the failed rows to a file."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.rows = 0

    def store_sample(self, sample_context: Any) -> None:
        """Called by Soda once a check that failed."""
        rows = sample_context.sample.get_rows()
        with self.target.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        self.rows += len(rows)


def main(own: Path, handed: Path, day: str) -> dict[str, int]:
    """How many rows failed, how many were handed over, and how many of the last time are still there."""
    past = sorted(own.glob("failed-*.csv"))
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW owed AS FROM read_parquet('{handed / day}.parquet')")
    scan = Scan()
    scan.disable_telemetry()
    scan.add_duckdb_connection(connection)
    scan.set_data_source_name("duckdb")
    scan.sampler = keeping = Keeping(own / f"failed-{day}.csv")
    scan.add_sodacl_yaml_str(CHECKS)
    scan.execute()
    scan.assert_no_error_logs()
    (check,) = scan.get_scan_results()["checks"]
    said = {"missed": int(check["diagnostics"]["value"]), "listed": keeping.rows}
    if past:
        with past[-1].open(newline="", encoding="utf-8") as file:
            said["kept"] = sum(1 for _ in csv.reader(file))
    return said


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
