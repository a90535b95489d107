"""The Spark session that the rules run in: the one that is there, else one on this machine."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.core.errors import EnvironmentFault
from monitor.core.text import listed, on_one_line

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SPARK, SPARK_CONNECT = "spark", "spark-connect"
EXTRAS = {SPARK: ("pyspark", "sqlglot"), SPARK_CONNECT: ("grpc", "grpc_status", "pyarrow", "zstandard")}
PORT_OF_CONNECT = 15002
SECONDS_TO_ANSWER = 10
FIRST_JAVA = 17
CORRECT_IT = "start the server there, correct SPARK_REMOTE, or leave it out for a Spark on this machine"
TO_HAVE_JAVA = "install one (Debian: apt-get install openjdk-17-jre-headless) and name it in JAVA_HOME"

FEW_BYTES = 2_000_000  # of files: of Parquet some hundred thousand rows
# One task a step, and nothing compiled: to spread or compile a step takes longer than few rows do.
OF_FEW_ROWS = {
    "spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}  # fmt: skip


def spark_session(environ: Mapping[str, str] = os.environ) -> SparkSession:
    """The session of spark-submit, of a notebook, or by Spark Connect; else a new one on all cores of this machine.

    Raises EnvironmentFault where pyspark or sqlglot, or a Java that Spark runs on, is missing; and where nothing
    answers at the address of Spark Connect.
    """
    refuse_without(SPARK)
    remote = environ.get("SPARK_REMOTE", "")
    if remote:
        refuse_without(SPARK_CONNECT)
    with without_words_about_pandas():
        from pyspark.sql import SparkSession

        there = SparkSession.getActiveSession()
        if there is not None:
            return there
        if remote:
            return _connected(remote, environ)
        builder = SparkSession.builder.appName("monitor").config("spark.ui.showConsoleProgress", "false")
        if "PYSPARK_GATEWAY_PORT" not in environ:  # else spark-submit has begun one
            refuse_java(environ)
            builder = builder.master(environ.get("SPARK_MASTER", "local[*]"))
        return builder.getOrCreate()


def _connected(remote: str, environ: Mapping[str, str]) -> SparkSession:
    """A session by Spark Connect: `sc://host:port`, or `local[2]` for one that is begun on this machine."""
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    if remote.startswith("local"):
        refuse_java(environ)
    else:
        refuse_silence(remote)
    try:
        return SparkSession.builder.remote(remote).getOrCreate()
    except PySparkException as error:
        raise _no_session(remote, f"gives no session: {on_one_line(str(error))}") from error


def refuse_silence(remote: str) -> None:
    """Raise EnvironmentFault where nothing answers at an address of Spark Connect: Spark itself tries for minutes."""
    place = urlsplit(remote)
    try:
        port = place.port or PORT_OF_CONNECT
        socket.create_connection((place.hostname or "", port), timeout=SECONDS_TO_ANSWER).close()
    except (OSError, ValueError) as error:
        raise _no_session(remote, f"nothing answers there ({error})") from error


def _no_session(remote: str, found: str) -> EnvironmentFault:
    return EnvironmentFault(f"SPARK_REMOTE={remote}", found, "an address like sc://host:15002", CORRECT_IT)


@contextmanager
def without_words_about_pandas() -> Iterator[None]:
    """Spark warns of a pandas that is newer than it knows; it is handed no frame of pandas here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


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


def refuse_without(extra: str) -> None:
    """Raise EnvironmentFault where what an extra installs is not there."""
    missing = [name for name in EXTRAS[extra] if importlib.util.find_spec(name) is None]
    if missing:
        found = f"needs {listed(missing)}, not installed here"
        raise EnvironmentFault("monitor spark", found, advice=f"pip install 'monitor[{extra}]'")


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
