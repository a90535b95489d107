"""A sign of life after each look: a file in the workspace, a ping for a watchdog elsewhere."""

from __future__ import annotations

import json
import logging
import os
import socket

from monitor.config.context import Context
from monitor.core.atomic_files import write_whole

SECONDS_FOR_A_PING = 10


def beat(context: Context, log: logging.Logger, is_well: bool) -> None:
    """Write the heartbeat file; where all is well, ping the address that the environment has, if one is asked for."""
    sign = {"at": context.clock().isoformat(timespec="seconds"), "host": socket.gethostname(), "process": os.getpid()}
    try:
        write_whole(context.workspace.heartbeat, json.dumps(sign).encode())
    except OSError as error:
        log.warning("the heartbeat could not be written: %s", error.strerror)
    variable = context.settings.schedule.heartbeat_url_env
    if variable and is_well:
        _ping(context.environ.get(variable), variable, log)


def _ping(url: str | None, variable: str, log: logging.Logger) -> None:
    """The address is a secret: it is in no message."""
    import requests

    if not url:
        log.warning("no ping: the environment has no %s", variable)
        return
    try:
        requests.get(url, timeout=SECONDS_FOR_A_PING).raise_for_status()
    except requests.RequestException as error:
        log.warning("no ping: %s", type(error).__name__)
