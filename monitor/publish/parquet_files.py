"""Each of the analysts' views as a Parquet file, for what reads no DuckDB: Power BI, Excel, pandas.

The files of one publication belong together. published.json says which one: it is taken away before the first file is
replaced and written after the last, so where it is there, all are of the snapshot that it names. Each file names that
snapshot as well, in its metadata. monitor.pbids opens the folder in Power BI.

Days are written as timestamps at midnight without a zone: pandas gives a Parquet date as an object and such a timestamp
as datetime64, and Power BI takes both. Instants are timestamps in UTC.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from monitor.core.atomic_files import beside, give_name, write_file
from monitor.store.connection import as_environment_fault
from monitor.store.named_sql import quoted, scalar

MANIFEST = "published.json"
POWER_BI = "monitor.pbids"

# Snappy, because every reader of Parquet has it; zstd halves the size, and older Excel and Power BI do not read it.
COMPRESSION = "snappy"

VIEWS = """
SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal AND NOT temporary ORDER BY view_name
"""

# What other programs have no good type for, and as what they get it. A sum of whole numbers is a HUGEINT.
WRITTEN_AS = {"DATE": "TIMESTAMP", "HUGEINT": "BIGINT"}


def manifest_of(folder: Path) -> dict[str, Any]:
    """What published.json says; empty where it is not there or no such file."""
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def are_of(folder: Path, snapshot: str) -> bool:
    """Whether the Parquet files are there, all of this snapshot."""
    said = manifest_of(folder)
    rows = said.get("rows")
    if said.get("snapshot") != snapshot or not isinstance(rows, dict):
        return False
    return all(_file(folder, view).is_file() for view in rows)


def write_parquet(copy: duckdb.DuckDBPyConnection, folder: Path, snapshot: str, sha256: str | None) -> tuple[Path, ...]:
    """Write a Parquet file of each view of an opened snapshot. sha256: of it as it was made, where that is known.

    Gives the files that could not be replaced, because somebody has them open: then published.json is left out, and
    the next call does it again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left_over in folder.glob(".*.building"):
        left_over.unlink()
    try:
        with as_environment_fault(folder / MANIFEST):
            return _write(copy, folder, snapshot, sha256)
    finally:
        for left_over in folder.glob(".*.building"):
            left_over.unlink()


def _write(copy: duckdb.DuckDBPyConnection, folder: Path, snapshot: str, sha256: str | None) -> tuple[Path, ...]:
    views = [view for (view,) in copy.execute(VIEWS).fetchall()]
    copy.execute("SET preserve_insertion_order = false")  # a view has no order; so both cores write
    rows = {view: _write_view(copy, view, beside(_file(folder, view)), snapshot) for view in views}
    _write_power_bi(folder)
    manifest = folder / MANIFEST
    beside(manifest).write_text(json.dumps(_manifest(copy, snapshot, sha256, rows), indent=2) + "\n", encoding="utf-8")
    try:
        manifest.unlink(missing_ok=True)
    except PermissionError:
        return (manifest,)
    in_use = tuple(file for view in views if not _put(file := _file(folder, view)))
    return in_use or (() if _put(manifest) else (manifest,))


def _write_view(copy: duckdb.DuckDBPyConnection, view: str, target: Path, snapshot: str) -> int:
    place = str(target).replace("'", "''")
    metadata = f"KV_METADATA {{snapshot: '{snapshot}'}}"
    written = (
        f"COPY ({_typed_for_others(copy, view)}) TO '{place}' (FORMAT parquet, COMPRESSION {COMPRESSION}, {metadata})"
    )
    return int(scalar(copy, written))


def _typed_for_others(copy: duckdb.DuckDBPyConnection, view: str) -> str:
    columns = [(quoted(name), kind) for name, kind, *_ in copy.execute(f"DESCRIBE {quoted(view)}").fetchall()]
    cast = (f"CAST({name} AS {WRITTEN_AS[kind]}) AS {name}" for name, kind in columns if kind in WRITTEN_AS)
    replaced = ", ".join(cast)
    return f"SELECT * {f'REPLACE ({replaced}) ' if replaced else ''}FROM {quoted(view)}"


def _write_power_bi(folder: Path) -> None:
    """Write what Power BI Desktop opens: the folder of the files. One that somebody has changed is left as it is."""
    file = folder / POWER_BI
    if not file.exists():
        source = {"details": {"protocol": "folder", "address": {"path": str(folder.resolve())}}, "mode": "Import"}
        content = json.dumps({"version": "0.1", "connections": [source]}, indent=2)
        write_file(file, content.encode("utf-8"))


def _manifest(
    copy: duckdb.DuckDBPyConnection, snapshot: str, sha256: str | None, rows: dict[str, int]
) -> dict[str, Any]:
    as_of = scalar(copy, "SELECT CAST(as_of AS VARCHAR) FROM last_check")
    at = scalar(copy, "SELECT strftime(made_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') FROM data.snapshot")
    return {"snapshot": snapshot, "sha256": sha256, "as_of": as_of, "made_at": at, "rows": rows}


def _put(file: Path) -> bool:
    return give_name(beside(file), file)


def _file(folder: Path, view: str) -> Path:
    return folder / f"{view}.parquet"
