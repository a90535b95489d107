"""Worked out again are the returns that something touched; with what is kept of the others it is the whole answer.

Over a random year of loads, each on its day, a store that keeps what nothing touched says the same as one that works
out everything each time. And what is kept is not trusted where it is of another program or was altered.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import product
import pytest
import twin
import worlds
from asking import NOW, new_workspace, write_csv
from memory_store import MemoryStore, store_in_memory

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor.config.context import Context
from monitor.config.settings import Mail
from monitor.pipeline import load_and_check
from monitor.status.organisations import rebuild_organisations
from monitor.status.question import ask
from monitor.status.touched import statuses_rest_on, touched
from monitor.store.connection import Store

SOME, A_LONG_BLOCK = 8, 100
DAYS_WITH_FILES = 3
DROPPED = ("submissions", "requests", "notices", "participations", "evidence")
LOG = "organisation_code,return_code,period_start,submitted_at,outcome\n"

# All that a check leaves, without numbers that say nothing but where a row is.
SAID = {
    "statuses": "SELECT * EXCLUDE (expected_id) FROM data.return_status_row",
    "absences": "FROM data.absence_row",
    "gaps": """SELECT s.organisation_code, s.request_id, g.* EXCLUDE (expected_id)
               FROM data.gap_membership AS g JOIN data.return_status_row AS s USING (expected_id)""",
    "short feeds": "FROM data.short_feed",
    "findings": "FROM data.finding_now",
    "members": """SELECT m.finding_key, s.organisation_code, s.return_code, s.period_start, s.request_id
                  FROM data.finding_member AS m JOIN data.return_status_row AS s USING (expected_id)""",
    "recorded": "FROM data.finding_current",
    "verdicts": "FROM data.verdict",
    "series": "SELECT * EXCLUDE (series_id, newest_expected_id) FROM data.chart_series",
    "points": """SELECT s.measure, s.return_code, s.organisation_code, s.icb_code, s.phase, p.* EXCLUDE (series_id)
                 FROM data.chart_point AS p JOIN data.chart_series AS s USING (series_id)""",
    "periods": "SELECT * EXCLUDE (period_id) FROM data.period_fact",
    "seals": "SELECT return_code, expected, sealed FROM data.return_kept",
    "question": "SELECT as_of FROM data.status_day",
    "returns": "FROM data.mandatory_return",
}


@dataclass(frozen=True)
class Drop:
    """What is dropped on a day: facts of a world, and rows of a log that cannot be read. Of most days nothing."""

    day: date
    facts: twin.World
    unreadable: tuple[str, ...] = ()


def a_year(seed: int) -> tuple[twin.World, list[Drop]]:
    """A world, and the days on which its facts come, in random order, with the register first; then a day on which
    nothing comes."""
    dice = Random(seed)
    world, last_day = worlds.world_and_day(seed)
    world = product.without_early_notices(product.for_the_product(world))
    days = sorted(last_day - timedelta(days=dice.randrange(365)) for _ in range(DAYS_WITH_FILES))
    register: dict[str, Any] = {"organisations": world.organisations, "registered_lists": world.registered_lists}
    drops = []
    facts = [(name, fact) for name in DROPPED for fact in getattr(world, name)]
    dice.shuffle(facts)
    for number, day in enumerate(days):
        part = facts[number::DAYS_WITH_FILES]
        held: dict[str, Any] = {name: [fact for of, fact in part if of == name] for name in DROPPED}
        lines = [f"{sent.organisation_code},{sent.return_code},soon,{day},accepted" for sent in held["submissions"][:1]]
        held |= register if number == 0 else {}
        drops.append(Drop(day, twin.World(**held), tuple(lines if dice.random() < 0.5 else ())))
    drops.append(Drop(days[-1] + timedelta(days=dice.choice((1, 2, 31))), twin.World()))
    return world, drops


def put_into_inbox(drop: Drop, folder: Path) -> None:
    if any(getattr(drop.facts, name) for name in (*DROPPED, "organisations")):
        product.write_files(drop.facts, folder)
    if drop.unreadable:
        write_csv(folder / "unreadable.csv", LOG + "\n".join(drop.unreadable) + "\n")


def check_on(context: Context, store: Store, day: date) -> None:
    """Load what is new and check, in the evening of a day, as a run does."""
    evening = datetime.combine(day, time(20), UTC)
    load_and_check(replace(context, clock=lambda: evening), store, day, COUNTED_UNPUBLISHED)


def nobody_is_notified(context: Context) -> Context:
    """Letters are planned after the answer is there, and take longer than it does."""
    mail = Mail(host="mail.example.nhs.uk", sender="monitor@example.nhs.uk")
    return replace(context, settings=context.settings.model_copy(update={"mail": mail}))


def said(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(store.execute(sql).fetchall(), key=repr) for name, sql in SAID.items()}


def forget(store: Store) -> None:
    """As if the last check had been cut short: all is worked out anew."""
    store.execute("DELETE FROM data.status_kept_for; DELETE FROM data.verdict_rests_on")


@contextmanager
def two_stores(folder: Path) -> Iterator[tuple[Store, Store]]:
    with ExitStack() as opened:
        yield tuple(opened.enter_context(store_in_memory(folder / name)) for name in ("keeps", "anew"))  # type: ignore[misc]


def check_years(seeds: range, folder: Path) -> None:
    for seed in seeds:
        world, drops = a_year(seed)
        context = nobody_is_notified(product.new_workspace(world, folder / str(seed)))
        with two_stores(folder / str(seed)) as (keeping, anew):
            for number, drop in enumerate(drops):
                put_into_inbox(drop, context.workspace.inbox / str(number))
                forget(anew)
                for store in (keeping, anew):
                    check_on(context, store, drop.day)
                kept, whole = said(keeping), said(anew)
                differing = [name for name in SAID if kept[name] != whole[name]]
                assert not differing, (seed, drop.day, differing)


@pytest.mark.slow
def test_what_is_kept_is_what_would_be_worked_out_from_nothing(tmp_path: Path) -> None:
    check_years(range(SOME), tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize("first_seed", range(1000, 2000, A_LONG_BLOCK))
def test_it_is_over_a_thousand_random_years(first_seed: int, tmp_path: Path) -> None:
    check_years(range(first_seed, first_seed + A_LONG_BLOCK), tmp_path)


# ----------------------------------------------------------------------------------------------- what touches which

SETTINGS = 'monitor_from = 2025-10-01\nreturns = ["workforce", "appointments"]\n'
REGISTER = "organisation_code,organisation_name\nA81001,One\nA81002,Two\n"
SENT = f"""{LOG}A81001,workforce,2025-10-01,2025-10-20 10:00,accepted
A81002,appointments,2025-10-01,2025-11-20 10:00,accepted
"""
TODAY = NOW.date()
BOTH, NONE = {"workforce", "appointments"}, set[str]()
NOTICE = "notice_id,return_code,kind,period_start,scope,reason\n"
TOUCHING = {
    "nothing": ("", 0, NONE),
    "a submission": (LOG + "A81002,workforce,2025-10-01,2025-11-02 10:00,accepted\n", 0, {"workforce"}),
    "a submission of another return": (LOG + "A81002,digital_telephony,2025-10-01,2025-11-02 10:00,nil\n", 0, NONE),
    "a row without a period": (LOG + "A81002,appointments,soon,2025-11-02 10:00,accepted\n", 0, {"appointments"}),
    "a row without a return": (LOG + "A81002,,2025-10-01,2025-11-02 10:00,accepted\n", 0, BOTH),
    "a notice": (NOTICE + "N1,workforce,incident,2025-10-01,national,a test\n", 0, {"workforce"}),
    "participation": (
        "organisation_code,return_code,state,from_on\nA81001,workforce,declined,2025-10-01\n", 0, {"workforce"},
    ),
    "a register": (REGISTER.replace("Two", "Another"), 0, BOTH),
    "a contact": ("organisation_code,name,role,email\nA81001,The desk,all,desk@example.nhs.uk\n", 0, NONE),
    "a day on which nothing is due": ("", 1, NONE),
    "a day past a due date": ("", 15, {"appointments"}),
    "an earlier day": ("", -1, BOTH),
}  # fmt: skip


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    context = new_workspace(tmp_path_factory.mktemp("kept") / "workspace", SETTINGS)
    write_csv(context.workspace.inbox / "register.csv", REGISTER)
    write_csv(context.workspace.inbox / "sent.csv", SENT)
    return context


@pytest.fixture(scope="module")
def store(context: Context) -> Iterator[Store]:
    """Two practices and two returns, after a check."""
    with store_in_memory(context.workspace.folder) as store:
        check_on(context, store, TODAY)
        yield store


def touched_on(context: Context, store: Store, day: date) -> set[str]:
    ask(store, context, day)
    return set(touched(store, context, statuses_rest_on(store, context)))


def test_what_touches_which_return(context: Context, store: Store) -> None:
    """One after the other, each as if a check had been made after the one before."""
    for number, (what, (dropped, days, expected)) in enumerate(TOUCHING.items()):
        if dropped:
            write_csv(context.workspace.inbox / f"more-{number}.csv", dropped)
            MemoryStore(store, context.workspace.folder).load_any()
            rebuild_organisations(store)
        assert touched_on(context, store, TODAY + timedelta(days=days)) == expected, what
        for code, now in statuses_rest_on(store, context).items():
            store.execute(
                "UPDATE data.return_kept SET rests_on = $now WHERE return_code = $code", {"now": now, "code": code}
            )


ALTERED = {
    "nothing": ("SELECT 1", False),
    "a status": ("UPDATE data.status_kept SET status = 'received' WHERE is_missed", True),
    "a row less": ("DELETE FROM data.status_kept WHERE is_missed", True),
    "an absence": ("UPDATE data.absence_kept SET periods = 9", True),
    "what it rests on": ("UPDATE data.return_kept SET rests_on = 'other'", True),
    "a check cut short": ("DELETE FROM data.status_kept_for", True),
    "another day": ("UPDATE data.status_day SET as_of = as_of + 1", True),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_is_not_trusted(context: Context, store: Store, what: str) -> None:
    sql, is_touched = ALTERED[what]
    store.execute("BEGIN")
    store.execute(sql)
    found = touched_on(context, store, TODAY)
    store.execute("ROLLBACK")
    assert bool(found) == is_touched


def test_what_another_program_kept_is_not_trusted(context: Context, store: Store) -> None:
    assert touched_on(replace(context, build="another"), store, TODAY) == BOTH
