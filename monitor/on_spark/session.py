"""The Spark session that the rules run in: the one that is there, else one on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.core.errors import EnvironmentFault

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FIRST_JAVA = 17
TO_HAVE_JAVA = "install one (Debian: apt-get install openjdk-17-jre-headless) and name it in JAVA_HOME"


def spark_session(environ: Mapping[str, str] = os.environ) -> SparkSession:
    """The session of spark-submit or of a notebook, else a new one on all cores of this machine.

    Raises EnvironmentFault where pyspark or a Java that it runs on is missing.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EnvironmentFault(
            "monitor spark", "needs pyspark, which is not installed", advice="pip install 'monitor[spark]'"
        ) from error
    there = SparkSession.getActiveSession()
    if there is not None:
        return there
    if "PYSPARK_GATEWAY_PORT" not in environ and "SPARK_REMOTE" not in environ:  # else there is a Spark already
        refuse_java(environ)
    builder = SparkSession.builder.appName("monitor").config("spark.ui.showConsoleProgress", "false")
    if "PYSPARK_GATEWAY_PORT" not in environ and "SPARK_REMOTE" not in environ:
        builder = builder.master(environ.get("SPARK_MASTER", "local[*]"))
    return builder.getOrCreate()


def refuse_java(environ: Mapping[str, str]) -> None:
    """Raise EnvironmentFault where Spark would find no Java, or one that is too old for it."""
    java = java_of(environ)
    if java is None:
        where = f"JAVA_HOME={environ['JAVA_HOME']}" if environ.get("JAVA_HOME") else "Java"
        raise EnvironmentFault(
            where, "no Java is there, on which Spark runs", f"Java {FIRST_JAVA} or later", TO_HAVE_JAVA
        )
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if version is None or int(version[1]) < FIRST_JAVA:
        found = f"is Java {version[1]}" if version else "does not say which Java it is"
        raise EnvironmentFault(java, found, f"Java {FIRST_JAVA} or later", TO_HAVE_JAVA)


def java_of(environ: Mapping[str, str]) -> str | None:
    """The program that Spark starts Java with, as it looks for it; None where there is none."""
    if environ.get("JAVA_HOME"):
        named = Path(environ["JAVA_HOME"]) / "bin" / "java"
        return str(named) if named.is_file() else None
    return shutil.which("java", path=environ.get("PATH", os.defpath))
