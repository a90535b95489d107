"""The Spark session that the rules run in: the one that is there, else one on this machine."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.core.errors import EnvironmentFault

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EXTRA = ("pyspark", "sqlglot")
FIRST_JAVA = 17
TO_HAVE_JAVA = "install one (Debian: apt-get install openjdk-17-jre-headless) and name it in JAVA_HOME"

FEW_BYTES = 2_000_000  # of files: of Parquet some hundred thousand rows
# One task a step, and nothing compiled: to spread or compile a step takes longer than few rows do.
OF_FEW_ROWS = {
    "spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}  # fmt: skip


def spark_session(environ: Mapping[str, str] = os.environ) -> SparkSession:
    """The session of spark-submit or of a notebook, else a new one on all cores of this machine.

    Raises EnvironmentFault where pyspark or sqlglot, or a Java that Spark runs on, is missing.
    """
    refuse_without_extra()
    from pyspark.sql import SparkSession

    there = SparkSession.getActiveSession()
    if there is not None:
        return there
    builder = SparkSession.builder.appName("monitor").config("spark.ui.showConsoleProgress", "false")
    if not {"PYSPARK_GATEWAY_PORT", "SPARK_REMOTE"} & environ.keys():  # else there is a Spark already
        refuse_java(environ)
        builder = builder.master(environ.get("SPARK_MASTER", "local[*]"))
    return builder.getOrCreate()


@contextmanager
def set_in(spark: SparkSession, settings: Mapping[str, str]) -> Iterator[None]:
    """The settings of a session changed for as long as the block lasts."""
    before = {name: str(spark.conf.get(name)) for name in settings}
    try:
        for name, value in settings.items():
            spark.conf.set(name, value)
        yield
    finally:
        for name, value in before.items():
            spark.conf.set(name, value)


def set_for(spark: SparkSession, folder: Path) -> AbstractContextManager[None]:
    """The session as it answers soonest over what a folder holds: changed on this machine, where that is little."""
    holds = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    is_small = holds < FEW_BYTES and str(spark.conf.get("spark.master", "")).startswith("local")
    return set_in(spark, OF_FEW_ROWS if is_small else {})


def refuse_without_extra() -> None:
    """Raise EnvironmentFault where what the extra installs is not there."""
    missing = [name for name in EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        found = f"needs {' and '.join(missing)}, not installed here"
        raise EnvironmentFault("monitor spark", found, advice="pip install 'monitor[spark]'")


def refuse_java(environ: Mapping[str, str]) -> None:
    """Raise EnvironmentFault where Spark would find no Java, or one that is too old for it."""
    java, expected = java_of(environ), f"Java {FIRST_JAVA} or later"
    if java is None:
        where = f"JAVA_HOME={environ['JAVA_HOME']}" if environ.get("JAVA_HOME") else "Java"
        raise EnvironmentFault(where, "no Java is there, on which Spark runs", expected, TO_HAVE_JAVA)
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if version is None or int(version[1]) < FIRST_JAVA:
        found = f"is Java {version[1]}" if version else "does not say which Java it is"
        raise EnvironmentFault(java, found, expected, TO_HAVE_JAVA)


def java_of(environ: Mapping[str, str]) -> str | None:
    """The program that Spark starts Java with, as it looks for it; None where there is none."""
    if environ.get("JAVA_HOME"):
        named = Path(environ["JAVA_HOME"]) / "bin" / "java"
        return str(named) if named.is_file() else None
    return shutil.which("java", path=environ.get("PATH", os.defpath))
