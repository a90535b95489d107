"""The same rules on Spark, where one machine is not enough: `derive`. Needs the extra monitor[spark]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.on_spark.derivation import Answer, derive

__all__ = ["Answer", "derive"]


def __getattr__(name: str) -> Any:
    """What is asked for, imported then: so that a missing extra can be said in words (session.py)."""
    if name not in __all__:
        raise AttributeError(name)
    from monitor.on_spark import derivation

    return getattr(derivation, name)
