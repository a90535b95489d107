"""monitor.toml and the environment: read here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, field_validator, model_validator

from monitor.config.workspace import CONFIGURATION_FILE, FIRST_YEAR, LAST_YEAR, WORKSPACE_VARIABLE
from monitor.core.cron import checked_cron
from monitor.core.errors import ConfigurationError, WorkspaceError
from monitor.core.toml import Strict, one_of, read_toml
from monitor.core.vocabulary import DUE_SOON, Audience, FindingKind
from monitor.returns.catalogue import ALL, GUIDANCE
from monitor.sources.column_map import ColumnMap, compared

ADVICE = "correct monitor.toml; `monitor init` writes a commented example"
Section = TypeVar("Section", "Mail", "Channel")
DEFAULT_MEMORY_LIMIT = "1GB"
# A log of twenty million rows that need not be spilled is loaded in three quarters of the time.
DEFAULT_MEMORY_LIMIT_OF_LOADS = "1500MB"


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


class ShortFeed(Strict):
    """Where far less is loaded than usual, nobody is said not to have sent: what far less is, and of how many."""

    min_organisations: int = Field(8, ge=3)
    min_share: float = Field(0.5, ge=0, lt=1)


class Charts(Strict):
    """What control charts give rise to. low_volume: whether a count that is unusually low is a finding."""

    low_volume: bool = True


class StepChange(Strict):
    """From when on the figures of a return are of another level, as a person states it: limits are made anew."""

    return_code: str = Field(alias="return")
    organisation: str | None = None
    icb: str | None = None
    from_on: date = Field(alias="from")
    reason: str = Field(min_length=1, max_length=200)

    @field_validator("organisation", "icb", "reason")
    @classmethod
    def is_not_blank(cls, value: str | None) -> str | None:
        if value is not None and not value.strip():
            raise ValueError("a value that is not blank, or leave the key out")
        return value and value.strip()

    @field_validator("organisation", "icb")
    @classmethod
    def codes_are_in_capitals(cls, value: str | None) -> str | None:
        return value and value.upper()

    @model_validator(mode="after")
    def is_about_one_thing(self) -> StepChange:
        if self.organisation and self.icb:
            raise ValueError("organisation or icb, not both")
        return self


KINDS_OF_FINDING: tuple[str, ...] = (*(kind.value for kind in FindingKind), DUE_SOON)
# What HTML calls a valid e-mail address: nothing in it could end the address and begin a header.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")

# Where the site is served or shared from: nothing in it could end an attribute of HTML, nor break a line.
SITE = re.compile(r"(?:https?|file)://[^\s\"'<>\\^`{|}]{1,300}")


class Filters(Strict):
    """Of which findings somebody is notified; a filter that is left out holds for all."""

    icbs: list[str] = []
    sub_icbs: list[str] = []
    pcns: list[str] = []
    returns: list[str] = []
    kinds: list[Annotated[str, one_of(KINDS_OF_FINDING)]] = []

    @field_validator("icbs", "sub_icbs", "pcns")
    @classmethod
    def codes_are_in_capitals(cls, value: list[str]) -> list[str]:
        return [code.strip().upper() for code in value]


class MailRoute(Filters):
    """Who is notified of what by mail. audience: which letter, that of a manager or that of the data team.

    show_contacts: whether the letter says whom to ask, by name, where a contacts file does.
    """

    to: list[str] = Field(min_length=1)
    audience: Annotated[str, one_of(tuple(Audience))] = Audience.DATA_TEAM.value
    show_contacts: bool = False

    @field_validator("to")
    @classmethod
    def each_is_one_address(cls, value: list[str]) -> list[str]:
        return [one_address(address) for address in value]

    @model_validator(mode="after")
    def contacts_are_for_managers(self) -> MailRoute:
        if self.show_contacts and self.audience != Audience.MANAGER:
            raise ValueError("show_contacts with audience = 'manager' alone; the data team has the view contact")
        return self


class Channel(Filters):
    """A way to notify people besides mail. Its address holds a secret, so it is in the environment or in a file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    url_env: str | None = None
    url_file: str | None = None

    @model_validator(mode="after")
    def address_is_in_one_place(self) -> Channel:
        if (self.url_env is None) == (self.url_file is None):
            raise ValueError("url_env or url_file, one of them")
        return self


class Reminders(Strict):
    """After how many days an open finding is sent again, by severity; how many days before a due date. None: not.

    longer_at:       after how many periods without a receipt an absence is sent again
    unchanged_weeks: after how many weeks without a message a summary is sent in which nothing changed
    """

    critical_days: int | None = Field(None, ge=1, le=366)
    warning_days: int | None = Field(None, ge=1, le=366)
    info_days: int | None = Field(None, ge=1, le=366)
    before_due_days: int | None = Field(None, ge=0, le=92)
    longer_at: list[int] = [2, 3, 6, 12]
    unchanged_weeks: int = Field(4, ge=1, le=52)

    @field_validator("longer_at")
    @classmethod
    def each_step_is_longer_than_the_one_before(cls, value: list[int]) -> list[int]:
        if any(step < 2 for step in value) or value != sorted(set(value)):
            raise ValueError("numbers of periods from 2 on, each larger than the one before")
        return value


class Schedule(Strict):
    """When each job runs, as a cron line in London's time; "off": never. The rest is about unattended running.

    longest_silence_hours: after so long without a good run a watchdog gives warning.
    """

    load_and_check: str = "30 2 * * *"
    alerts: str = "0 8,12,16 * * mon-fri"
    weekly_summary: str = "15 8 * * mon"
    monthly_rollup: str = "0 5 1 * *"
    snapshot_cleanup: str = "0 4 * * sun"
    self_check: str = "30 7 * * *"
    keep_snapshots_days: int = Field(14, ge=1, le=3660)
    longest_silence_hours: int = Field(36, ge=1, le=24 * 366)
    heartbeat_url_env: str | None = None

    @field_validator("load_and_check", "alerts", "weekly_summary", "monthly_rollup", "snapshot_cleanup", "self_check")
    @classmethod
    def is_a_cron_line(cls, value: str) -> str:
        return value if value == "off" else checked_cron(value)

    def crons(self) -> dict[str, str]:
        """The cron line of each job that is on, in the order in which jobs run that are due at the same time."""
        names = ("load_and_check", "alerts", "weekly_summary", "monthly_rollup", "snapshot_cleanup", "self_check")
        return {name: getattr(self, name) for name in names if getattr(self, name) != "off"}


NOBODY = "nobody@monitor.invalid"  # an address that can never be delivered to (RFC 2606)


class Mail(Strict):
    """The mail server and who is notified; left out, or without a host: mail goes to outbox/."""

    host: str | None = None
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password_env: str | None = None
    password_file: str | None = None
    ca_file: str | None = None
    timeout_seconds: float = Field(20, gt=0, le=300)
    sender: str = NOBODY
    reply_to: str | None = None
    default_to: list[str] = []
    route: list[MailRoute] = []

    @field_validator("host", "username")
    @classmethod
    def is_on_one_line(cls, value: str | None) -> str | None:
        if value is not None and not (value.isprintable() and value.strip() == value != ""):
            raise ValueError("one name, without a line break, and without a space before or after it")
        return value

    @field_validator("sender", "reply_to")
    @classmethod
    def is_one_address(cls, value: str | None) -> str | None:
        return value if value is None else one_address(value)

    @field_validator("default_to")
    @classmethod
    def each_is_one_address(cls, value: list[str]) -> list[str]:
        return [one_address(address) for address in value]

    @model_validator(mode="after")
    def plain_text_stays_on_this_machine(self) -> Mail:
        if self.host and self.sender == NOBODY:
            raise ValueError("sender, the address that the messages come from, because there is a host")
        if self.host and self.security == "none" and not _is_loopback(self.host):
            raise ValueError(f"security 'starttls' or 'tls', because {self.host!r} is not this machine")
        if self.password_env and self.password_file:
            raise ValueError("password_env or password_file, not both")
        if self.username and not (self.password_env or self.password_file):
            raise ValueError("password_env or password_file, because there is a username")
        return self


def one_address(value: str) -> str:
    """A mail address as it is, or ValueError."""
    if not ADDRESS.fullmatch(value) or "=?" in value:  # a header would decode what begins so
        raise ValueError("one address, like returns-monitor@example.nhs.uk")
    return value


class PackSettings(Strict):
    """How packs are made. template: the ICB's own Word document for what a practice gets."""

    template: str | None = Field(None, min_length=1)


class SiteSettings(Strict):
    """What the pages show. show_contacts: names, addresses and numbers of people, where a contacts file has them."""

    show_contacts: bool = False


class Settings(Strict):
    """A whole monitor.toml."""

    monitor_from: date
    icbs: list[str] = []
    returns: list[str] = Field([GUIDANCE], min_length=1)
    also_covered: list[str] = []
    as_of: date | None = None
    site_url: str | None = None
    memory_limit: str = DEFAULT_MEMORY_LIMIT
    collective_action: list[CollectiveAction] = []
    causes: Causes = Causes()
    short_feed: ShortFeed = ShortFeed()
    charts: Charts = Charts()
    step_change: list[StepChange] = []
    mail: Mail | None = None
    channel: list[Channel] = []
    reminders: Reminders = Reminders()
    schedule: Schedule = Schedule()
    column_map: list[ColumnMap] = []
    pack: PackSettings = PackSettings()
    site: SiteSettings = SiteSettings()

    @field_validator("site_url")
    @classmethod
    def site_is_at_an_address(cls, value: str | None) -> str | None:
        if value is not None and not SITE.fullmatch(value):
            raise ValueError('the address where people open the pages, like "https://northmoor.example.nhs.uk/returns"')
        return value and value.removesuffix("index.html").rstrip("/")

    @field_validator("collective_action")
    @classmethod
    def names_of_actions_differ(cls, value: list[CollectiveAction]) -> list[CollectiveAction]:
        if len({action.name for action in value}) < len(value):
            raise ValueError("a different name for each period of collective action")
        return value

    @field_validator("channel")
    @classmethod
    def names_differ(cls, value: list[Channel]) -> list[Channel]:
        names = [channel.name for channel in value]
        if len(set(names)) < len(names):
            raise ValueError("a different name for each channel")
        return value

    @property
    def memory_limit_of_loads(self) -> str:
        """What DuckDB may take while files are loaded: as set, if it is set."""
        is_set = "memory_limit" in self.model_fields_set
        return self.memory_limit if is_set else DEFAULT_MEMORY_LIMIT_OF_LOADS

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

    @field_validator("returns")
    @classmethod
    def codes_are_in_small_letters(cls, value: list[str]) -> list[str]:
        return [code.strip().lower() for code in value]

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
    settings = read_toml(path, Settings, ADVICE)
    mail = settings.mail and _with_files_in(workspace, settings.mail)
    channels = [_with_files_in(workspace, channel) for channel in settings.channel]
    pack = settings.pack.model_copy(
        update={"template": settings.pack.template and str(workspace / settings.pack.template)}
    )
    return settings.model_copy(update={"mail": mail, "channel": channels, "pack": pack})


def _with_files_in(workspace: Path, section: Section) -> Section:
    """Files that are named without their full path lie in the workspace, wherever the command is typed."""
    named = {name: getattr(section, name, None) for name in ("password_file", "ca_file", "url_file")}
    return section.model_copy(update={name: str(workspace / file) for name, file in named.items() if file})


def refuse_unknown_returns(settings: Settings, return_codes: Collection[str], workspace: Path) -> None:
    """Raise ConfigurationError where a setting names a return that there is not: nothing would ever match it."""
    for code in settings.returns:
        if code not in (GUIDANCE, ALL, *return_codes):
            raise ConfigurationError(
                f"{workspace / CONFIGURATION_FILE}, returns",
                f"found {code!r}",
                f'"{GUIDANCE}", "{ALL}" or the code of a return: {", ".join(sorted(return_codes))}',
                ADVICE,
            )
    for place, code in _returns_named(settings):
        if code not in return_codes:
            raise ConfigurationError(
                f"{workspace / CONFIGURATION_FILE}, {place}",
                f"found {code!r}",
                f"the code of a return: {', '.join(sorted(return_codes))}",
                ADVICE,
            )


def _returns_named(settings: Settings) -> Iterator[tuple[str, str]]:
    """Where in the settings a return is named, and its code."""
    for place, column_map in enumerate(settings.column_map):
        for key, column, text in column_map.written:
            if column == "return_code":
                yield f"column_map.[{place}].{'.'.join(key)}", compared(text)
    for place, change in enumerate(settings.step_change):
        yield f"step_change.[{place}].return", change.return_code
    for place, route in enumerate(settings.mail.route if settings.mail else []):
        yield from ((f"mail.route.[{place}].returns", code) for code in route.returns)
    for place, channel in enumerate(settings.channel):
        yield from ((f"channel.[{place}].returns", code) for code in channel.returns)
