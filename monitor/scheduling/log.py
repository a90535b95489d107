"""What happened: for programs a line of JSON an event, in a file that is rotated; for people a sentence on stderr."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

LOGGER = "monitor.jobs"
LARGEST_FILE, FILES_KEPT = 2_000_000, 10


class AsJson(logging.Formatter):
    """A record as one line of JSON: when, how grave, what, and its facts. Never a row's values or a message's text."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False)


def log_to(file: Path, largest: int = LARGEST_FILE, is_quiet: bool = False) -> logging.Logger:
    """The log of the jobs, in this file and on stderr. largest: bytes after which another file is begun.

    is_quiet: stderr has only what a person is needed for.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    logger = logging.getLogger(LOGGER)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    to_file = RotatingFileHandler(file, maxBytes=largest, backupCount=FILES_KEPT, encoding="utf-8", delay=True)
    to_file.setFormatter(AsJson())
    to_people = logging.StreamHandler()
    to_people.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    if is_quiet:
        to_people.setLevel(logging.WARNING)
    logger.addHandler(to_file)
    logger.addHandler(to_people)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return logger


def facts(**named: Any) -> Mapping[str, Any]:
    """Facts to be logged beside the words of an event."""
    return {"facts": named}
