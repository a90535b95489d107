"""Was anything altered since it was loaded or answered? The ledger's chain, the files that are kept, the answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from monitor.checks.check_runs import answer_sealed
from monitor.config.context import Context
from monitor.core.errors import UsageError
from monitor.core.hashes import hash_of_file
from monitor.core.text import number
from monitor.ingest.dismissals import dismissals
from monitor.operations.examined import LOOK, OK, PROBLEM, Examined
from monitor.queries.as_of import deriving
from monitor.status.question import ask, hash_of_question
from monitor.status.short_feeds import decisions
from monitor.store import ledger
from monitor.store.connection import open_reader
from monitor.store.ledger import Entry

MOST_NAMED = 12
KEEP = "keep each loaded file under its own name: `monitor rebuild` needs it"
RESTORE = "restore an earlier copy of the store, or find out who changed it, and why"


def verify(context: Context, known_head: str | None = None) -> Iterator[Examined]:
    """Everything that can be verified, the chain first. Raises UsageError where there is no store yet.

    known_head: a head that was written down earlier (NUMBER/HASH), which the chain must still hold.
    """
    store = context.workspace.store
    if not store.is_file():
        raise UsageError(str(store), "nothing has been loaded yet", advice="drop files into inbox/, then `monitor run`")
    with open_reader(store, context.settings.memory_limit) as connection:
        chain = ledger.entries(connection)
        yield _chain(chain)
        if known_head:
            yield _holds(chain, known_head)
        entered = [entry.said for entry in chain if entry.kind == ledger.FILE]
        yield from _as_entered(ledger.files(connection), entered)
        decided = [entry.said for entry in chain if entry.kind == ledger.DECISION]
        yield from _as_decided(decisions(connection), decided, "about feeds")
        dismissed = [entry.said for entry in chain if entry.kind == ledger.DISMISSAL]
        yield from _as_decided(dismissals(connection), dismissed, "about rejected rows")
        yield from _as_kept(context, connection, entered)
        last = next((entry for entry in reversed(chain) if entry.kind == ledger.CHECK), None)
        if last is None:
            yield Examined("answer", LOOK, "there has been no check yet", "`monitor run`")
            return
        yield _compared("kept answer", last, answer_sealed(connection, "data.return_status_row"))
        ask(connection, context, _day(last))
        rests_on_the_same = _rests_on_the_same(hash_of_question(connection, context), chain, last)
    if rests_on_the_same:
        with deriving(context, _day(last)) as (connection, _):
            yield _compared("answer worked out again", last, answer_sealed(connection, "return_status_row"))
    else:
        found = "cannot be worked out again as it was: files, settings, returns or the program have changed since"
        yield Examined("answer", LOOK, found, "`monitor run`, then verify again")


def _rests_on_the_same(question: str, chain: list[Entry], check: Entry) -> bool:
    """Whether the question is still that of the check, and nothing was entered since that an answer rests on.

    Rows are not counted: if some are gone, of which the ledger knows nothing, that is what is to be found.
    """
    entered_since = {entry.kind for entry in chain[chain.index(check) + 1 :]}
    return check.said["fingerprint"].split("/")[0] == question and not entered_since & {
        ledger.FILE,
        ledger.DECISION,
        ledger.DISMISSAL,
    }


def _chain(chain: list[Entry]) -> Examined:
    for entry_number, wrong in ledger.breaks(chain):
        return Examined("ledger", PROBLEM, f"entry {entry_number}: {wrong}. Nothing from there on is proved", RESTORE)
    if not chain:
        return Examined("ledger", LOOK, "it has no entries yet", "`monitor run`")
    return Examined("ledger", OK, f"{number(len(chain), 'entry')}, none altered. Head: {chain[-1].sealed_as}")


def _holds(chain: list[Entry], known_head: str) -> Examined:
    if known_head.strip().lower() in {entry.sealed_as for entry in chain}:
        return Examined("head", OK, "the chain contains the head that you gave: nothing up to it was altered")
    return Examined("head", PROBLEM, "the chain does not contain the head that you gave", RESTORE)


def _as_entered(now: list[dict[str, Any]], entered: list[dict[str, Any]]) -> Iterator[Examined]:
    """Whether the store says of each file what was said when it was loaded, and has them all."""
    known = {ledger.as_entered(file) for file in entered}
    altered = [file["file_name"] for file in now if ledger.as_entered(file) not in known]
    kept = {file["sha256"] for file in now}
    gone = list(dict.fromkeys(file["file_name"] for file in entered if file["sha256"] not in kept))
    for name in altered:
        yield Examined("store", PROBLEM, f"{name}: the store and the ledger differ on it", RESTORE)
    for name in gone:
        yield Examined("store", PROBLEM, f"{name}: it is in the ledger and no longer in the store", RESTORE)
    if not altered and not gone:
        yield Examined("store", OK, f"{number(len(now), 'file')}, as entered")


def _as_decided(now: list[dict[str, Any]], entered: list[dict[str, Any]], about: str) -> Iterator[Examined]:
    """Whether what people decided about short feeds, or rejected rows, stands in the store as it was entered."""
    if now != entered:
        yield Examined(
            "decisions", PROBLEM, f"the decisions {about} in the store differ from those in the ledger", RESTORE
        )
    elif now:
        yield Examined("decisions", OK, f"{number(len(now), 'decision')} {about}, as entered")


def _as_kept(
    context: Context, connection: duckdb.DuckDBPyConnection, entered: list[dict[str, Any]]
) -> Iterator[Examined]:
    """Whether the files that are kept still are, to the byte, what was loaded: each content, not each name."""
    loaded = {(file["file_name"], file["sha256"]): None for file in entered if file["state"] == "loaded"}
    versions: dict[str, set[str]] = {}
    for name, sha256 in loaded:
        versions.setdefault(name, set()).add(sha256)
    elsewhere = _places(connection)
    in_inbox = {name: _sha256_at(context.workspace.inbox / name) for name in versions}
    altered = {name for name, found in in_inbox.items() if found is not None and found not in versions[name]}
    for name in sorted(altered):
        found = f"{name} is not what was loaded: it was altered, or replaced and not loaded yet"
        yield Examined("files", PROBLEM, found, "put the old file back; or `monitor run`, if the new one is right")
    gone = [
        name
        for name, sha256 in loaded
        if sha256 != in_inbox[name]
        and sha256 != _sha256_at(elsewhere.get(sha256))
        and not _is_in_one_of(name, versions)
    ]
    members = sum(in_inbox[name] is None and _is_in_one_of(name, versions) for name, _ in loaded)
    yield Examined("files", OK, f"{_kept_files(len(loaded) - len(gone) - members)} what was loaded, to the byte")
    yield from _kept_no_more([name for name in gone if name not in altered], in_inbox)


def _kept_no_more(gone: list[str], in_inbox: dict[str, str | None]) -> Iterator[Examined]:
    """The files whose content is nowhere any more, by name: the first ones, and how many there are."""
    for name in gone[:MOST_NAMED]:
        found = "is no longer kept" if in_inbox[name] is None else "was replaced by another file of the same name"
        yield Examined("files", LOOK, f"{name} {found}: what was loaded before cannot be compared", KEEP)
    if len(gone) > MOST_NAMED:
        yield Examined("files", LOOK, f"{len(gone):,} loaded files are no longer kept, and cannot be compared", KEEP)


def _kept_files(count: int) -> str:
    return f"{number(count, 'kept file')} {'is' if count == 1 else 'are'}"


def _sha256_at(path: Path | None) -> str | None:
    """What is there now; None where nothing is."""
    return hash_of_file(path) if path is not None and path.is_file() else None


def _compared(subject: str, check: Entry, found: dict[str, list[Any]]) -> Examined:
    sealed = check.said["answer"]
    differing = sorted(code for code in sealed.keys() | found.keys() if sealed.get(code) != found.get(code))
    if differing:
        return Examined(
            subject, PROBLEM, f"not what entry {check.entry_number} sealed, for {', '.join(differing)}", RESTORE
        )
    expected = sum(count for count, _ in sealed.values())
    return Examined(
        subject, OK, f"{number(expected, 'expected return')} as of {_day(check)}, as entry {check.entry_number} sealed"
    )


def _day(check: Entry) -> date:
    return date.fromisoformat(check.said["as_of"])


def _places(connection: duckdb.DuckDBPyConnection) -> dict[str, Path]:
    """Where a file of these bytes was seen last, by SHA-256."""
    return {
        sha256: Path(path) for path, sha256 in connection.execute("SELECT path, sha256 FROM data.file_seen").fetchall()
    }


def _is_in_one_of(name: str, loaded: dict[str, set[str]]) -> bool:
    """Whether it is a member of an archive, which is compared itself."""
    return any(name.startswith(f"{archive}/") for archive in loaded)
