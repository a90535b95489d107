"""monitor.toml and the environment: read here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from monitor.errors import ConfigurationError, WorkspaceError
from monitor.sources.column_map import ColumnMap, compared
from monitor.toml_files import Strict, read_toml

CONFIGURATION_FILE = "monitor.toml"
WORKSPACE_VARIABLE = "MONITOR_WORKSPACE"
ADVICE = "correct monitor.toml; `monitor init` writes a commented example"
FIRST_YEAR, LAST_YEAR = 1948, 2199  # from the first day of the NHS on; periods are stepped a little beyond either end
DEFAULT_MEMORY_LIMIT = "1GB"


class CollectiveAction(Strict):
    """A dated period of collective action; `end` is left out while it is open."""

    name: str
    start: date
    end: date | None = None

    @model_validator(mode="after")
    def end_is_not_before_start(self) -> CollectiveAction:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"end {self.end} on or after start {self.start}")
        return self


class Causes(Strict):
    """From how many organisations, and which share of them, a gap counts as supplier-wide or area-wide."""

    supplier_min_organisations: int = Field(5, ge=1)
    supplier_min_share: float = Field(0.5, gt=0, le=1)


class Route(Strict):
    """Who is told what: each filter is optional."""

    to: list[str] = Field(min_length=1)
    icbs: list[str] = []
    sub_icbs: list[str] = []
    pcns: list[str] = []
    returns: list[str] = []
    kinds: list[str] = []


class Mail(Strict):
    """The mail server and who is told; left out: mail goes to outbox/."""

    host: str
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password_env: str | None = None
    password_file: str | None = None
    sender: str
    route: list[Route] = []

    @field_validator("sender")
    @classmethod
    def sender_is_one_address(cls, value: str) -> str:
        if not re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", value):
            raise ValueError("one address, like returns-monitor@example.nhs.uk")
        return value

    @model_validator(mode="after")
    def plain_text_stays_on_this_machine(self) -> Mail:
        if self.security == "none" and not _is_loopback(self.host):
            raise ValueError(f"security 'starttls' or 'tls', because {self.host!r} is not this machine")
        if self.password_env and self.password_file:
            raise ValueError("password_env or password_file, not both")
        return self


class Settings(Strict):
    """A whole monitor.toml."""

    monitor_from: date
    icbs: list[str] = []
    also_covered: list[str] = []
    as_of: date | None = None
    memory_limit: str = DEFAULT_MEMORY_LIMIT
    collective_action: list[CollectiveAction] = []
    causes: Causes = Causes()
    mail: Mail | None = None
    column_map: list[ColumnMap] = []

    @field_validator("memory_limit")
    @classmethod
    def memory_limit_is_a_size(cls, value: str) -> str:
        if not re.fullmatch(r"\d+(\.\d+)?\s*(MB|GB|MiB|GiB)", value):
            raise ValueError('a size like "1GB" or "500MB"')
        return value

    @field_validator("icbs", "also_covered")
    @classmethod
    def codes_are_in_capitals(cls, value: list[str]) -> list[str]:
        return [code.strip().upper() for code in value]

    @field_validator("monitor_from", "as_of")
    @classmethod
    def day_is_of_our_time(cls, value: date | None) -> date | None:
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValueError(f"a day from {FIRST_YEAR} to {LAST_YEAR}")
        return value


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_settings(workspace: Path) -> Settings:
    """The settings of a workspace. Raises WorkspaceError where there are none, ConfigurationError on a mistake."""
    path = workspace / CONFIGURATION_FILE
    if not path.is_file():
        raise WorkspaceError(
            str(workspace),
            f"is not a workspace: it holds no {CONFIGURATION_FILE}",
            "a folder made by `monitor init DIR`",
            f"give the workspace with -w DIR or {WORKSPACE_VARIABLE}, or make one with `monitor init DIR`",
        )
    return read_toml(path, Settings, ADVICE)


def refuse_unknown_returns(settings: Settings, return_codes: Collection[str], workspace: Path) -> None:
    """Raise ConfigurationError where a column map writes a return code that no return has: it rejects every row."""
    for place, column_map in enumerate(settings.column_map):
        for key, column, text in column_map.written:
            if column == "return_code" and compared(text) not in return_codes:
                raise ConfigurationError(
                    f"{workspace / CONFIGURATION_FILE}, column_map.[{place}].{'.'.join(key)}",
                    f"found {text!r}",
                    f"the code of a return: {', '.join(sorted(return_codes))}",
                    ADVICE,
                )


def workspace_folder(given: Path | None, environ: Mapping[str, str]) -> Path:
    """The workspace: what was given on the command line, else the environment's, else the current folder."""
    return given or Path(environ.get(WORKSPACE_VARIABLE) or ".")
