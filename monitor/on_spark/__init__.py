"""The same rules on Spark, where one machine is not enough: `monitor.on_spark.derive`."""

from __future__ import annotations

from monitor.on_spark.derivation import Answer, derive

__all__ = ["Answer", "derive"]
