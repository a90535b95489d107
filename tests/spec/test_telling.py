"""The policy agrees with its table; and whatever happens, each recipient has been notified of how things stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.policy import (
    Item,
    LastNotification,
    Notification,
    Reminders,
    Route,
    Silence,
    State,
    Summary,
    decide,
)

TABLE = Path(__file__).with_name("telling.txt")
FIRST_DAY = date(2025, 1, 6)
TO_TEAM = Route(("team@example.nhs.uk",))
NOW = datetime(2025, 1, 6, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Rule:
    title: str
    reminders: dict[str, int]
    happens: tuple[str, ...]
    notified: tuple[str, ...]


def rules() -> list[Rule]:
    lines = [line.split("|") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [
        Rule(title.strip(), reminders_in(when), runs_in(what), tuple(notified.split()))
        for title, when, what, notified in lines
    ]


def reminders_in(text: str) -> dict[str, int]:
    words = text.split()
    return {} if words == ["none"] else {words[0]: int(words[1])}


def runs_in(text: str) -> tuple[str, ...]:
    """The runs of a line, each with the words that stand before it."""
    runs, before = [], []
    for word in text.split():
        before.append(word)
        if word not in ("silent", "ack") and not word.startswith("+"):
            runs.append(" ".join(before))
            before = []
    return tuple(runs)


def item(what: str) -> Item | None:
    name_and_periods, _, cause = what.partition(":")
    name, _, periods = name_and_periods.partition("*")
    open_one = Item("f1", "missing_return", "workforce", "critical", cause or "unexplained", periods=int(periods or 1))
    return {
        "open": open_one,
        "warning": replace(open_one, severity="warning"),
        "over": replace(open_one, is_over=True),
        "gap": replace(open_one, kind="supplier_gap"),
        "unloaded": replace(open_one, kind="source_not_loaded"),
        "late": replace(open_one, kind="late_return"),
        "unread": replace(open_one, kind="row_rejected"),
        "unreadover": replace(open_one, kind="row_rejected", is_over=True),
        "lateover": replace(open_one, kind="late_return", is_over=True),
        "ahead": Item("due_soon/workforce", "due_soon", "workforce", "info"),
        "none": None,
    }[name]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.title)
def test_what_is_sent_is_what_the_table_says(rule: Rule) -> None:
    notified: dict[tuple[str, str], LastNotification] = {}
    acknowledged: set[str] = set()
    said, day = [], FIRST_DAY
    for run in rule.happens:
        *before, what = run.split()
        day += timedelta(days=next((int(word) for word in before if word.startswith("+")), 1))
        if "ack" in before:
            acknowledged.add("f1")
        now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        silences = [Silence(now + timedelta(minutes=1), return_code="workforce")] if "silent" in before else []
        one = item(what)
        state = State([one] if one else [], dict(notified), silences, acknowledged, Reminders(rule.reminders))
        notifications = [
            t for message in decide(state, [TO_TEAM], None, day, now).messages for t in message.notifications
        ]
        said.append(notifications[0].reason if notifications else "-")
        for t in notifications:
            remember(notified, t, now)
    assert tuple(said) == rule.notified


def remember(notified: dict[tuple[str, str], LastNotification], one: Notification, now: datetime) -> None:
    """What was sent has arrived at once."""
    item, to = one.item, (TO_TEAM.recipients[0], one.item.item_id)
    most = max(item.periods, notified[to].periods if to in notified else 0)
    notified[to] = LastNotification(one.reason, item.severity, item.cause, now.date(), now, most)


MINUTE = timedelta(minutes=1)
NINE = datetime(2025, 1, 6, 9, tzinfo=UTC)
SENT_AGAIN = {
    "a day later": (NINE, NINE + timedelta(days=1), ["reminder"]),
    "within a day of its arrival": (NINE, NINE + timedelta(days=1) - MINUTE, []),
    "still on its way": (None, NINE + timedelta(days=5), []),
}


@pytest.mark.parametrize(("arrived", "now", "sent"), SENT_AGAIN.values(), ids=SENT_AGAIN)
def test_no_reminder_within_a_day_of_the_arrival(arrived: datetime | None, now: datetime, sent: list[str]) -> None:
    one = Item("f1", "missing_return", "workforce", "critical")
    notified = {("team@example.nhs.uk", "f1"): LastNotification("new", "critical", None, date(2025, 1, 3), arrived)}
    state = State([one], notified, reminders=Reminders({"critical": 1}))
    messages = decide(state, [TO_TEAM], None, now.date(), now).messages
    assert [notification.reason for message in messages for notification in message.notifications] == sent


def test_a_summary_counts_what_is_open_and_comes_without_news_too() -> None:
    two = [Item("f1", "missing_return", "workforce", "critical"), Item("f2", "late_return", "workforce", "info")]
    notified = {
        ("team@example.nhs.uk", one.item_id): LastNotification("new", one.severity, None, date(2025, 1, 3), NINE)
        for one in two
    }
    summary = Summary(date(2024, 12, 30), date(2025, 1, 6))
    (message,) = decide(
        State(two, notified, summaries={"team@example.nhs.uk": summary}), [TO_TEAM], None, FIRST_DAY, NINE
    ).messages
    assert (message.notifications, message.still_open, message.summary) == ((), (two[0],), summary)
    assert [(one.item.item_id, one.reason) for one in message.said] == [("f1", "reminder")]


def test_the_steps_are_those_of_the_settings() -> None:
    longer = Reminders({}, longer_at=(4, 8))
    assert [longer.step(periods) for periods in (1, 3, 4, 7, 8, 20)] == [0, 0, 1, 1, 2, 2]


END = datetime(2025, 1, 31, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(("now", "notified"), [(END - MINUTE, []), (END, ["new"]), (END + MINUTE, ["new"])])
def test_a_silence_is_obeyed_to_its_last_minute(now: datetime, notified: list[str]) -> None:
    gap = Item("f1", "supplier_gap", "appointments", "critical", "supplier_wide", supplier_key="larchsystems")
    state = State([gap], {}, [Silence(END, supplier_key="larchsystems")])
    messages = decide(state, [TO_TEAM], None, now.date(), now).messages
    assert [notification.reason for message in messages for notification in message.notifications] == notified


@pytest.mark.parametrize(("areas", "is_covered"), [("IN_QHM", True), ("IN_BOTH", False), (None, False)])
def test_a_silence_of_an_area_holds_back_only_what_is_wholly_within_it(areas: str | None, is_covered: bool) -> None:
    of = globals()[areas] if areas else frozenset()
    one = Item("f1", "supplier_gap", "appointments", "critical", areas=of)
    assert Silence(END, area_code="QHM").covers(one, END - MINUTE) == is_covered


@pytest.mark.parametrize("icb", ["QZ9", "QY8"])
def test_a_silence_of_an_icb_that_was_merged_holds_as_one_of_its_successor_does(icb: str) -> None:
    one = Item("f1", "missing_return", "workforce", "critical", areas=MERGED)
    assert Silence(END, area_code=icb).covers(one, END - MINUTE)


IN_QHM = frozenset({("QHM", "00L", "U1")})
MERGED = frozenset({(frozenset({"QZ9", "QY8"}), "Z8A", None)})  # QZ9 was merged into QY8
IN_BOTH = frozenset({("QHM", "00L", "U1"), ("QE1", "00Q", "U2")})


@pytest.mark.parametrize(
    ("route", "areas", "is_taken"),
    [
        (Route(("a",)), IN_QHM, True),
        (Route(("a",), icbs=frozenset({"QHM"})), IN_QHM, True),
        (Route(("a",), icbs=frozenset({"QE1"})), IN_QHM, False),
        (Route(("a",), icbs=frozenset({"QE1"})), IN_BOTH, True),
        (Route(("a",), icbs=frozenset({"QZ9"})), MERGED, True),
        (Route(("a",), icbs=frozenset({"QY8"}), sub_icbs=frozenset({"Z8A"})), MERGED, True),
        (Route(("a",), icbs=frozenset({"QHM"})), MERGED, False),
        (Route(("a",), sub_icbs=frozenset({"00Q"})), IN_BOTH, True),
        (Route(("a",), pcns=frozenset({"U3"})), IN_BOTH, False),
        # Both filters must hold of the same organisation.
        (Route(("a",), icbs=frozenset({"QE1"}), pcns=frozenset({"U1"})), IN_BOTH, False),
        (Route(("a",), returns=frozenset({"workforce"})), IN_QHM, True),
        (Route(("a",), returns=frozenset({"appointments"})), IN_QHM, False),
        (Route(("a",), kinds=frozenset({"supplier_gap"})), IN_QHM, False),
        # A check that could not be run concerns everybody.
        (Route(("a",), icbs=frozenset({"QE1"})), frozenset(), True),
    ],
)
def test_a_route_takes_what_all_its_filters_hold_for(route: Route, areas: frozenset, is_taken: bool) -> None:
    assert route.takes(Item("f1", "missing_return", "workforce", "critical", areas=areas)) == is_taken


NOWHERE: frozenset = frozenset({(None, None, None)})
OF_QHM, OF_QE1 = Route(("qhm",), icbs=frozenset({"QHM"})), Route(("qe1",), icbs=frozenset({"QE1"}))
OF_ALL, DEFAULT = Route(("team",)), Route(("default",))


@pytest.mark.parametrize(
    ("areas", "routes", "default", "to"),
    [
        # Where it is known whose the row is, its area decides.
        (IN_QHM, [OF_QHM, OF_QE1], DEFAULT, ["qhm"]),
        (IN_QHM, [OF_QE1, OF_ALL], None, ["team"]),
        (IN_QHM, [OF_QE1], DEFAULT, ["default"]),
        # Where it is not, those who look after every area.
        (frozenset(), [OF_QHM, OF_QE1, OF_ALL], None, ["team"]),
        (NOWHERE, [OF_QHM, OF_ALL], DEFAULT, ["team"]),
        (NOWHERE, [OF_QHM, OF_QE1], DEFAULT, ["default"]),
        (IN_QHM | NOWHERE, [OF_QHM, OF_QE1, OF_ALL], None, ["qhm", "team"]),
        (IN_QHM | NOWHERE, [OF_QHM, OF_QE1], DEFAULT, ["qhm", "default"]),
        # And each area only where there is nobody else.
        (NOWHERE, [OF_QHM, OF_QE1], None, ["qhm", "qe1"]),
        (NOWHERE, [OF_QHM, Route(("x",), kinds=frozenset({"late_return"}))], None, ["qhm"]),
    ],
)
def test_rows_that_could_not_be_read_go_to_their_own_area(
    areas: frozenset, routes: list[Route], default: Route | None, to: list[str]
) -> None:
    unread = Item("f1", "row_rejected", "workforce", "warning", "row_rejected", areas=areas)
    messages = decide(State([unread], {}), routes, default, FIRST_DAY, NOW).messages
    assert [one for message in messages for one in message.recipients] == to


def test_what_no_route_takes_goes_to_the_default_and_is_reported_where_there_is_none() -> None:
    one = Item("f1", "missing_return", "workforce", "critical", areas=IN_QHM)
    elsewhere = Route(("a@example.org",), icbs=frozenset({"QE1"}))
    now = datetime(2025, 1, 6, 9, tzinfo=UTC)
    without = decide(State([one], {}), [elsewhere], None, FIRST_DAY, now)
    assert (without.messages, without.unrouted) == ((), (one,))
    with_default = decide(State([one], {}), [elsewhere], Route(("d@example.org",)), FIRST_DAY, now)
    assert [message.recipients for message in with_default.messages] == [("d@example.org",)]
    assert with_default.unrouted == ()


def test_one_message_a_recipient_and_recipients_of_the_same_share_it() -> None:
    one = Item("f1", "missing_return", "workforce", "critical", areas=IN_QHM)
    two = Item("f2", "missing_return", "appointments", "critical", areas=IN_QHM)
    routes = [
        Route(("a", "b"), returns=frozenset({"workforce"})),
        Route(("a",), returns=frozenset({"appointments"})),
        Route(("c", "d")),
    ]
    messages = decide(State([one, two], {}), routes, None, FIRST_DAY, datetime(2025, 1, 6, tzinfo=UTC)).messages
    assert {m.recipients: [t.item.item_id for t in m.notifications] for m in messages} == {
        ("a",): ["f1", "f2"],
        ("b",): ["f1"],
        ("c", "d"): ["f1", "f2"],
    }


# A naive twin: what each recipient should believe after a run, from nothing but the findings and the silences.
worlds = st.lists(
    st.tuples(st.sampled_from(["open", "open:stopped", "warning", "over", "none"]), st.booleans()),
    min_size=1,
    max_size=12,
)


@given(worlds)
def test_after_every_run_a_recipient_knows_how_things_stand_and_a_second_run_tells_nothing(world: list) -> None:
    notified: dict[tuple[str, str], LastNotification] = {}
    for place, (what, is_silent) in enumerate(world):
        day = FIRST_DAY + timedelta(days=place)
        now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        one = item(what)
        silences = [Silence(now + MINUTE, kind="missing_return")] if is_silent else []
        for run in (1, 2):
            state = State([one] if one else [], dict(notified), silences)
            notifications = [t for m in decide(state, [TO_TEAM], None, day, now).messages for t in m.notifications]
            assert not (notifications and (is_silent or run == 2))
            for t in notifications:
                remember(notified, t, now)
        believed = notified.get((TO_TEAM.recipients[0], "f1"))
        if one and not is_silent:
            if one.is_over:
                assert believed is None or believed.reason == "resolved"
            else:
                assert believed is not None
                assert (believed.severity, believed.cause) == (one.severity, one.cause)
                assert believed.reason in ("new", "changed")


def test_what_came_without_a_part_goes_only_to_a_route_that_names_the_kind_and_is_nobodys_lack() -> None:
    item = Item("f1", "parts_missing", "workforce", "info", areas=IN_QHM)
    asking = Route(("b",), kinds=frozenset({"parts_missing"}))
    default = Route(("c",))
    decided = [decide(State([item], {}), to, default, FIRST_DAY, NOW) for to in ([TO_TEAM], [TO_TEAM, asking])]
    assert [[to for message in one.messages for to in message.recipients] for one in decided] == [[], ["b"]]
    assert decided[0].unrouted == ()
