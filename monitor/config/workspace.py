"""The folders and files of a workspace, and making a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.core.errors import EnvironmentFault, UsageError

CONFIGURATION_FILE = "monitor.toml"
WORKSPACE_VARIABLE = "MONITOR_WORKSPACE"
FIRST_YEAR, LAST_YEAR = 1948, 2199  # from the first day of the NHS on; periods are stepped a little beyond either end
EXAMPLE_CONFIGURATION = Path(__file__).with_name("monitor.example.toml")


@dataclass(frozen=True)
class Workspace:
    """Where everything of one workspace lies."""

    folder: Path

    @property
    def configuration(self) -> Path:
        return self.folder / CONFIGURATION_FILE

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def expectations(self) -> Path:
        return self.folder / "expectations"

    @property
    def pack_template(self) -> Path:
        return self.folder / "pack_template.docx"

    @property
    def store(self) -> Path:
        return self.folder / "var" / "monitor.duckdb"

    @property
    def lock(self) -> Path:
        return self.folder / "var" / "run.lock"

    @property
    def schedule_lock(self) -> Path:
        return self.folder / "var" / "schedule.lock"

    @property
    def spill(self) -> Path:
        return self.folder / "var" / "spill"

    @property
    def unpacking(self) -> Path:
        return self.folder / "var" / "unpacking"

    @property
    def dry_run(self) -> Path:
        return self.folder / "var" / "dry-run"

    @property
    def dry_run_lock(self) -> Path:
        return self.folder / "var" / "dry-run.lock"

    @property
    def rebuilt(self) -> Path:
        return self.folder / "var" / "rebuilt" / "monitor.duckdb"

    @property
    def before_rebuild(self) -> Path:
        return self.folder / "var" / "monitor-before-rebuild.duckdb"

    @property
    def published(self) -> Path:
        return self.folder / "published" / "monitor.duckdb"

    @property
    def workbook(self) -> Path:
        return self.folder / "published" / "report.xlsx"

    @property
    def packs(self) -> Path:
        return self.folder / "published" / "packs"

    @property
    def data_docs(self) -> Path:
        return self.folder / "published" / "site" / "data_docs"

    @property
    def snapshots(self) -> Path:
        return self.folder / "published" / "snapshots"

    @property
    def parquet(self) -> Path:
        return self.folder / "published" / "parquet"

    @property
    def site(self) -> Path:
        return self.folder / "published" / "site"

    @property
    def log(self) -> Path:
        return self.folder / "var" / "log" / "monitor.jsonl"

    @property
    def heartbeat(self) -> Path:
        return self.folder / "var" / "heartbeat.json"

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    def make_folders(self) -> None:
        """The folders that hold results. Raises EnvironmentFault where one cannot be made."""
        for folder in (self.inbox, self.store.parent, self.published.parent):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise EnvironmentFault(
                    str(folder), f"this folder cannot be created: {error.strerror}",
                    "a folder that the program may write to", "check the path and its permissions",
                ) from error  # fmt: skip


def init_workspace(folder: Path) -> Workspace:
    """An empty workspace with a commented monitor.toml. Never overwrites one that is there."""
    workspace = Workspace(folder)
    if workspace.configuration.exists():
        raise UsageError(
            str(workspace.configuration), "already exists", "a folder that is not yet a workspace",
            "use it as it is, or choose another folder",
        )  # fmt: skip
    workspace.make_folders()
    workspace.expectations.mkdir(exist_ok=True)
    workspace.configuration.write_bytes(EXAMPLE_CONFIGURATION.read_bytes())
    return workspace


def workspace_folder(given: Path | None, environ: Mapping[str, str]) -> Path:
    """The workspace: what was given on the command line, else the environment's, else the current folder."""
    return given or Path(environ.get(WORKSPACE_VARIABLE) or ".")
