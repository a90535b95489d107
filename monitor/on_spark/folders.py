"""A folder of files as tables of Spark, and an answer as a folder: `monitor spark`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from monitor.core.errors import EnvironmentFault, UsageError
from monitor.core.text import listed, on_one_line
from monitor.on_spark.tables import EVIDENCE, OWN_FORMATS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from monitor.on_spark.derivation import Answer

PARQUET, DELTA = "parquet", "delta"
FORMATS = (PARQUET, DELTA)
BY_RETURN = ("return_status", "missed_return", "absence")
HANDED_OVER = "handed_over"  # beside the answer, because every machine of Spark must see it
WRITTEN = {*BY_RETURN, "findings", "verdict", "rejected", HANDED_OVER}
RECEIVED = """
    SELECT table_name FROM duckdb_tables() AS t
    WHERE schema_name = 'data' AND (starts_with(t.comment, 'append-only: received'))
"""


@dataclass(frozen=True)
class InFolder:
    """What lies in a folder: tables that Spark reads itself, by name; and files to be read as a load reads them."""

    tables: dict[str, tuple[str, Path]]
    others: list[Path]


def look_into(folder: Path) -> InFolder:
    """Tell apart what bears a table's name and is Parquet or Delta (`submissions/`, `submissions.parquet`).

    Raises UsageError where nothing is there.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        raise UsageError(
            str(folder), "holds no file", f"files, or folders named {', '.join(OWN_FORMATS)}", "name it so"
        )
    tables: dict[str, tuple[str, Path]] = {}
    others = []
    for path in sorted(folder.iterdir()):
        name = path.name.removesuffix(".parquet")
        kind = _kind_of(path) if name in {*OWN_FORMATS, EVIDENCE} else None
        if kind is None:
            others.append(path)
        elif name in tables:
            raise UsageError(f"{path}", f"is there twice: beside {tables[name][1]}", "one of them", "move one away")
        else:
            tables[name] = (kind, path)
    return InFolder(tables, others)


def _kind_of(path: Path) -> str | None:
    if path.is_dir() and (path / "_delta_log").is_dir():
        return DELTA
    is_parquet = path.suffix == ".parquet" if path.is_file() else any(path.rglob("*.parquet"))
    return PARQUET if is_parquet else None


def read_tables(spark: SparkSession, found: InFolder) -> dict[str, DataFrame]:
    """The tables that Spark reads itself. Raises EnvironmentFault where it has no Delta."""
    return {name: _read(spark, kind, path) for name, (kind, path) in found.tables.items()}


def _read(spark: SparkSession, kind: str, path: Path) -> DataFrame:
    try:
        frame = spark.read.format(kind).load(str(path.absolute()))
        _ = frame.schema  # a Spark elsewhere looks at a table only when something of it is asked
        return frame
    except Exception as error:
        if kind == DELTA and "DATA_SOURCE_NOT_FOUND" in str(error):
            raise EnvironmentFault(
                str(path), "is a Delta table, and this Spark has no Delta",
                advice="start Spark with the package of Delta Lake, or hand over Parquet",
            ) from error  # fmt: skip
        raise UsageError(
            str(path), f"cannot be read as {kind}: {on_one_line(str(error))}", f"a whole table of {kind}",
            "write it again, or move it away",
        ) from error  # fmt: skip


def refuse_output(folder: Path) -> None:
    """Make the folder where it is not there.

    Raises EnvironmentFault where it cannot be written to, UsageError where something lies there that is no answer of
    ours: to write an answer replaces what is there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            others = sorted(path.name for path in folder.iterdir() if path.name not in WRITTEN)
    except OSError as error:
        raise EnvironmentFault(
            str(folder), f"cannot be written to ({error.strerror})", advice="name another folder with --output"
        ) from error
    if others:
        raise UsageError(
            str(folder), f"is not empty: it holds {listed(others)}", "an empty folder, or one with an earlier answer",
            "name another folder with --output",
        )  # fmt: skip


@contextmanager
def handed_over(store: duckdb.DuckDBPyConnection, spark: SparkSession, folder: Path) -> Iterator[dict[str, DataFrame]]:
    """What a store has received, as tables of Spark, for as long as the block lasts: by files of Parquet.

    folder: where the answer goes, which every machine of Spark sees. What a run that was killed left there is removed.
    """
    aside = folder.absolute() / HANDED_OVER
    try:
        if aside.exists():
            shutil.rmtree(aside)
        aside.mkdir()
    except OSError as error:
        found = f"cannot be replaced ({error.strerror})"
        raise EnvironmentFault(str(aside), found, advice="remove it, or name another folder with --output") from error
    try:
        frames = {}
        for (table,) in store.execute(RECEIVED).fetchall():
            if store.execute(f"SELECT count(*) FROM data.{table}").fetchall() == [(0,)]:  # noqa: S608  our own tables
                continue
            path = aside / f"{table}.parquet"
            place = str(path).replace("'", "''")
            store.execute(f"COPY data.{table} TO '{place}' (FORMAT parquet)")
            frames[table] = spark.read.parquet(str(path))
        yield frames
    finally:
        shutil.rmtree(aside)


def write_answer(answer: Answer, folder: Path, kind: str, say: Callable[[str], None]) -> None:
    """Each table as a folder of its own, the large ones by return; what was there of them before is replaced."""
    for name, frame in answer.tables.items():
        say(name)
        writer = frame.write.mode("overwrite").format(kind)
        if name in BY_RETURN:
            writer = writer.partitionBy("return_code")
        writer.save(str(folder.absolute() / name))
