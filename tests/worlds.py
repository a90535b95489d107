"""Small made-up worlds for property tests: what a user could drop as files, and a day to ask about.

Everyday habits (always sends, stops, never sends, sends late, is rejected) make the rare answers common enough;
a sprinkling of odd facts does the rest. A world is thrown with dice from one seed, which keeps it varied and quick to
make. `smallest` leaves facts out of a world for as long as a test still fails on it.
`coverage` shows which answers a set of worlds reaches.
"""

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

import twin
from hypothesis import strategies as st

FIRST_DAY, LAST_DAY = date(2024, 6, 1), date(2025, 4, 30)
NOTHING_FROM = date(2026, 1, 1)
PRACTICES = tuple(f"Z9000{number}" for number in range(1, 9))
NETWORKS = ("U90001", "U90002")
TRUSTS = ("RZ1", "RZ2")
STRANGER = "Z99999"  # sends, and is on nobody's register
ICBS = ("QZA", "QZB")
AREAS = ("01A", "01B")
SUPPLIERS = ("Acme", "ACME Ltd.", "Best Health", "best  health limited", "Acme;Best Health", "Best Health, acme")
PERIOD_STARTS = {
    "month": tuple(date(year, month, 1) for year, month in (
        (2024, 6), (2024, 7), (2024, 8), (2024, 9), (2024, 10), (2024, 11), (2024, 12), (2025, 1), (2025, 2))),
    "quarter": (date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1)),
    "contract_year": (date(2024, 4, 1), date(2025, 4, 1)),
}  # fmt: skip
CLOCK_CHANGE_DAYS = (date(2024, 10, 26), date(2024, 10, 27), date(2025, 3, 29), date(2025, 3, 30))
TIMES = (time(9, 0), time(17, 0), time(23, 30), time(0, 30), time(23, 59, 59))
HABITS = ("always", "always", "stops", "stops", "never", "never", "late", "rejected", "rejected", "any", "published")

Seen = Counter[tuple[str, str | None]]  # how many rows of each status and cause
Part = Callable[[object], bool]  # whether a fact belongs to it

MUST_BE_REACHED = {
    ("not_required", "paused"),
    ("not_required", "exempt"),
    ("not_required", "not_open"),
    ("not_required", "contract_type"),
    ("not_required", "closing"),
    ("not_required", "dormant"),
    ("not_required", "no_registered_patients"),
    ("received", None),
    ("received_late", None),
    ("no_event", None),
    ("no_due_date", None),
    ("not_due", None),
    ("in_grace", None),
    ("not_known", "source_not_loaded"),
    ("not_known", "row_rejected"),
    ("not_known", "suppressed"),
    ("rejected", "known_incident"),
    ("rejected", "supplier_wide"),
    ("rejected", "area_wide"),
    ("rejected", "rejected_at_source"),
    ("not_received", "known_incident"),
    ("not_received", "supplier_wide"),
    ("not_received", "area_wide"),
    ("not_received", "supplier_changed"),
    ("not_received", "not_participating"),
    ("not_received", "stopped"),
    ("not_received", "never_received"),
    ("not_received", "unexplained"),
}


def coverage(worlds_and_days: list[tuple[twin.World, date]]) -> Seen:
    """How many rows of each (status, cause) these worlds give on their days."""
    seen: Seen = Counter()
    for world, as_of in worlds_and_days:
        for row in twin.expected_and_status(world, as_of):
            seen[(row.status, row.cause)] += 1
    return seen


def not_reached(seen: Seen) -> set[tuple[str, str | None]]:
    return {answer for answer in MUST_BE_REACHED if not seen[answer]}


# ------------------------------------------------------------------------------------------------ small choices


def sometimes(dice: Random, chance_in_ten: int) -> bool:
    return dice.randint(1, 10) <= chance_in_ten


def any_day(dice: Random, first: date = FIRST_DAY, last: date = LAST_DAY) -> date:
    """Any day, but often the first or last of a month or one beside it, and often a day beside a clock change."""
    edges = []
    for start in PERIOD_STARTS["month"]:
        edges += [start - timedelta(days=2), start - timedelta(days=1), start, start + timedelta(days=1)]
    edges = [day for day in (*edges, *CLOCK_CHANGE_DAYS) if first <= day <= last]
    if edges and sometimes(dice, 6):
        return dice.choice(edges)
    return first + timedelta(days=dice.randint(0, (last - first).days))


def moment(dice: Random, on: date, not_before: date) -> datetime:
    """A moment on or about that day: London office hours, or half an hour before or after midnight, London or UTC."""
    clock = dice.choice((twin.LONDON, UTC))
    instant = datetime.combine(on, dice.choice(TIMES), clock).astimezone(UTC)
    if not_before <= twin.london_date(instant) < NOTHING_FROM:
        return instant
    return datetime.combine(min(max(on, not_before), NOTHING_FROM - timedelta(days=1)), time(12, 0), UTC)


def each_once(rows: list) -> list:
    """A row that is loaded twice is loaded once, so no row is made twice."""
    return list(dict.fromkeys(rows))


# --------------------------------------------------------------------------------------- returns and settings


def some_returns(dice: Random) -> list[twin.Return]:
    """Up to four of the returns in force by then; sometimes with days of grace or a known due date."""
    in_time = [return_ for return_ in twin.RETURNS if return_.period == "request" or periods_of(return_)]
    frequent = [return_ for return_ in in_time if return_.period in ("month", "quarter")]
    others = [return_ for return_ in in_time if return_.period not in ("month", "quarter")]
    chosen = dice.sample(frequent, dice.randint(1, 2)) + dice.sample(others, dice.randint(0, 2))
    return [adjusted(dice, return_) for return_ in chosen]


def adjusted(dice: Random, return_: twin.Return) -> twin.Return:
    if return_.kind == "event":
        return return_
    if sometimes(dice, 2):
        return_ = replace(return_, grace_days=dice.choice((1, 10, 40)))
    if return_.due == ("none",) and not return_.known_due and sometimes(dice, 4):
        return_ = replace(return_, known_due={date(2024, 4, 1): any_day(dice, date(2024, 9, 1), LAST_DAY)})
    return return_


def some_settings(dice: Random) -> twin.Settings:
    return twin.Settings(
        monitor_from=dice.choice((date(2024, 4, 1), date(2024, 4, 1), date(2024, 8, 1), date(2024, 9, 15))),
        supplier_min_organisations=dice.choice((2, 3, 5)),
        supplier_min_share=dice.choice((0.25, 0.5, 0.75, 1.0)),
        also_covered=dice.choice(((), (), ("APMS",))),
        icbs=dice.choice(((), (), (), ("QZA",), ("QZA", "QZB"))),
    )


# ----------------------------------------------------------------------------------------------- organisations


def first_row(dice: Random, code: str, kind: str) -> twin.Organisation:
    opened_on = any_day(dice) if sometimes(dice, 1) else None
    closed_on = any_day(dice, opened_on or FIRST_DAY, LAST_DAY) if sometimes(dice, 1) else None
    is_practice = kind == "practice"
    return twin.Organisation(
        organisation_code=code,
        organisation_kind=kind,
        contract_type=dice.choice(("GMS", "GMS", "GMS", "GMS", "PMS", "PMS", None, "APMS")) if is_practice else None,
        icb_code=dice.choice((*ICBS, *ICBS, None)),
        sub_icb_code=dice.choice((*AREAS, *AREAS, None)),
        pcn_code=dice.choice((*NETWORKS, None)) if is_practice else None,
        clinical_supplier=dice.choice((*SUPPLIERS, None)),
        telephony_supplier=dice.choice((*SUPPLIERS, None)),
        online_supplier=dice.choice((*SUPPLIERS, None)),
        opened_on=opened_on,
        closed_on=closed_on,
    )


def changed(dice: Random, row: twin.Organisation) -> twin.Organisation:
    """The same organisation later on: something about it is different."""
    suppliers = ("clinical_supplier", "telephony_supplier", "online_supplier")
    if sometimes(dice, 6):
        changes: dict[str, Any] = {name: dice.choice(SUPPLIERS) for name in suppliers}
        return replace(row, **changes)
    name = dice.choice(("sub_icb_code", "icb_code", "contract_type", "closed_on"))
    if name == "closed_on":
        return replace(row, closed_on=dice.choice((None, any_day(dice, row.opened_on or FIRST_DAY, LAST_DAY))))
    if name == "contract_type":
        return replace(row, contract_type=dice.choice(("GMS", "APMS", None)))
    if name == "sub_icb_code":
        return replace(row, sub_icb_code=dice.choice(AREAS))
    return replace(row, icb_code=dice.choice(ICBS))


def history(dice: Random, code: str, kind: str) -> list[twin.Organisation]:
    """One row for all time, or a row up to a day and one from about then on: next day, after a gap, or overlapping."""
    row = first_row(dice, code, kind)
    if not sometimes(dice, 4):
        return [row]
    change_on = any_day(dice)
    last_of_old = change_on + timedelta(days=dice.choice((-1, -1, -1, -40, 20)))
    old = replace(
        row,
        valid_from=dice.choice((None, date(2024, 4, 1))),
        valid_to=last_of_old if sometimes(dice, 8) else None,
    )
    new = replace(changed(dice, row), valid_from=change_on)
    return dice.sample([old, new], 2)


def some_register(dice: Random) -> list[twin.Organisation]:
    rows = []
    for code in PRACTICES[: dice.choice((1, 2, 3, 4, 5, 6, 7, 8, 8, 8))]:
        rows += [with_unread_value(dice, row) for row in history(dice, code, "practice")]
    for code in NETWORKS[: dice.randint(0, 2)]:
        rows += history(dice, code, "pcn")
    for code in TRUSTS[: dice.randint(0, 2)]:
        rows += history(dice, code, "trust")
    return each_once(rows)


def with_unread_value(dice: Random, row: twin.Organisation) -> twin.Organisation:
    """Sometimes with a cell that could not be read."""
    if dice.randint(1, 100) > 4:
        return row
    column = dice.choice(("opened_on", "closed_on", "contract_type"))
    without: dict[str, Any] = {column: None, "left_out": (column,)}
    return replace(row, **without)


def codes_of(register: list[twin.Organisation], kind: str) -> list[str]:
    return sorted({row.organisation_code for row in register if row.organisation_kind == kind})


# --------------------------------------------------------------------------------- what was sent, what was published


def periods_of(return_: twin.Return) -> list[tuple[date, date]]:
    periods = [(start, twin.period_end(return_.period, start)) for start in PERIOD_STARTS[return_.period]]
    return [(start, end) for start, end in periods if twin.in_force(return_, start, end)]


def usual_due(return_: twin.Return, start: date, end: date) -> date:
    return return_.known_due.get(start) or twin.due_by_rule(return_, start, end) or end


def days_from_due(dice: Random, habit: str) -> timedelta:
    if habit == "late":
        return timedelta(days=dice.choice((1, 1, 2, 30)))
    if habit == "any":
        return timedelta(days=dice.choice((-20, -1, 0, 1, 5)))
    return timedelta(days=dice.choice((-20, -5, -1, 0, 0)))


def outcome_of(dice: Random, habit: str) -> str:
    if habit == "rejected":
        return "rejected"
    return dice.choice(("accepted", "nil", "rejected") if habit == "any" else ("accepted", "accepted", "nil"))


def attempts(dice: Random, code: str, return_code: str, start: date, due_on: date, habit: str) -> list[twin.Submission]:
    """What one organisation sends for one period, by its habit; now and then twice."""
    if habit in ("never", "published") or (habit == "any" and sometimes(dice, 5)):
        return []
    on = max(due_on + days_from_due(dice, habit), start)
    sent = [twin.Submission(code, return_code, start, moment(dice, on, start), outcome_of(dice, habit))]
    if sometimes(dice, 1):
        again_on = max(dice.choice((*CLOCK_CHANGE_DAYS, on, on + timedelta(days=3))), start)
        sent.append(twin.Submission(code, return_code, start, moment(dice, again_on, start), outcome_of(dice, "any")))
    return sent


def periodic_submissions(dice: Random, return_: twin.Return, codes: list[str]) -> list[twin.Submission]:
    """By habit; but in one period there may be an outage, and one period may not be loaded at all."""
    periods = periods_of(return_)
    starts = [start for start, _ in periods]
    outage_start = dice.choice(starts) if sometimes(dice, 3) else None
    unloaded_start = dice.choice(starts) if sometimes(dice, 3) else None
    sent = []
    for code in codes:
        habit = dice.choice(HABITS)
        stops_at = dice.choice(starts[len(starts) // 3 :])
        for start, end in periods:
            habit_now = "never" if habit == "stops" and start >= stops_at else habit
            habit_now = dice.choice(("never", "never", "rejected")) if start == outage_start else habit_now
            sent += attempts(dice, code, return_.return_code, start, usual_due(return_, start, end), habit_now)
    for start, end in periods:
        if sometimes(dice, 8):
            sent.append(twin.Submission(STRANGER, return_.return_code, start, moment(dice, end, start), "accepted"))
    return [submission for submission in sent if submission.period_start != unloaded_start]


def event_submissions(dice: Random, return_: twin.Return, codes: list[str]) -> list[twin.Submission]:
    sent = []
    for code in codes:
        for _ in range(dice.randint(0, 2)):
            happened_on = dice.choice((any_day(dice), any_day(dice), date(2025, 3, 31), date(2025, 4, 1)))
            notified_at = moment(dice, happened_on + timedelta(days=dice.choice((0, 1, 30))), happened_on)
            sent.append(twin.Submission(code, return_.return_code, happened_on, notified_at, outcome_of(dice, "any")))
    return sent


def some_requests(dice: Random, return_: twin.Return, codes: list[str]) -> list[twin.Request]:
    """Requests to many on the same days, so that areas can be counted; now and then told twice with another date."""
    made = []
    request_days = {any_day(dice, date(2024, 7, 1), date(2025, 3, 31)) for _ in range(dice.randint(1, 6))}
    for number, requested_on in enumerate(sorted(request_days), start=1):
        due_on = requested_on + timedelta(days=dice.choice((0, 7, 28, 60))) if sometimes(dice, 8) else None
        for code in (*codes, STRANGER):
            request = twin.Request(f"R{number}", code, return_.return_code, requested_on, due_on)
            if sometimes(dice, 8):
                made.append(request)
            if sometimes(dice, 1):
                made.append(replace(request, due_on=(due_on or requested_on) + timedelta(days=10)))
            if sometimes(dice, 1):
                made.append(replace(request, request_id=f"R{number}b"))
    return each_once(made)


def answers(dice: Random, requests: list[twin.Request]) -> list[twin.Submission]:
    """Answers by the request's number, by its day, by a number that nobody knows, or not at all."""
    sent, habits = [], dict[str, str]()
    for request in requests:
        code, start = request.organisation_code, request.requested_on
        habit = habits.setdefault(code, dice.choice(HABITS))
        due_on = request.due_on or start + timedelta(days=7)
        named = dice.choice((request.request_id, request.request_id, None, "R99"))
        told_start = start - timedelta(days=5) if named == request.request_id and sometimes(dice, 2) else start
        for submission in attempts(dice, code, request.return_code, start, due_on, habit):
            sent.append(replace(submission, period_start=told_start, request_id=named))
    return sent


def some_evidence(dice: Random, return_: twin.Return, codes: list[str]) -> list[twin.Evidence]:
    """Published files for some of the periods: a line for nearly every practice."""
    lines = []
    for start, _ in periods_of(return_):
        if not sometimes(dice, 2):
            continue
        for code in codes:
            outcome = dice.choice(("accepted", "accepted", "absent", "absent", "suppressed"))
            participating = dice.choice((None, None, True, False))
            if sometimes(dice, 8):
                lines.append(twin.Evidence(code, return_.return_code, start, outcome, participating))
    return each_once(lines)


# ------------------------------------------------------------------------- notices, participation, registered lists


def some_notice(dice: Random, number: int, return_: twin.Return, codes: list[str]) -> twin.Notice:
    """For a named period or for a span of days; national, or for a supplier, an ICB or one organisation."""
    kind = dice.choice(("paused", "exempt", "extended", "extended", "incident", "incident", "incident"))
    scope = dice.choice(("national", "supplier", "icb", "organisation"))
    scope_value = {
        "national": None,
        "supplier": dice.choice(("acme", "Best Health Ltd")),
        "icb": dice.choice(ICBS),
        "organisation": dice.choice(codes or PRACTICES),
    }[scope]
    notice = twin.Notice(f"N{number}", return_.return_code, kind, scope=scope, scope_value=scope_value)
    if kind == "extended":
        notice = replace(notice, new_due_on=any_day(dice, date(2024, 8, 1), LAST_DAY))
    if return_.period != "request" and sometimes(dice, 6):
        return replace(notice, period_start=dice.choice(periods_of(return_))[0])
    from_on = any_day(dice) if sometimes(dice, 9) else None
    return replace(
        notice, from_on=from_on, to_on=any_day(dice, from_on or FIRST_DAY, LAST_DAY) if sometimes(dice, 7) else None
    )


def some_participations(dice: Random, return_: twin.Return, codes: list[str]) -> list[twin.Participation]:
    facts = []
    for code in codes:
        for _ in range(dice.choice((0, 0, 0, 1, 2))):
            from_on = any_day(dice)
            to_on = any_day(dice, from_on, LAST_DAY) if sometimes(dice, 4) else None
            state = dice.choice(("accepted", "pending", "declined", "withdrawn"))
            facts.append(twin.Participation(code, return_.return_code, state, from_on, to_on))
    return each_once(facts)


def some_lists(dice: Random, codes: list[str]) -> list[twin.RegisteredList]:
    extract_days = (*PERIOD_STARTS["month"], date(2024, 9, 20), date(2024, 10, 10), date(2025, 4, 1))
    lists = []
    for extract_on in dice.sample(extract_days, dice.randint(0, 3)):
        present = [code for code in codes if sometimes(dice, 9)]
        lists.append(twin.RegisteredList(extract_on, frozenset([*present, STRANGER])))
    return lists


# ------------------------------------------------------------------------------------------------------- worlds


def add_facts(dice: Random, world: twin.World, return_: twin.Return) -> None:
    codes = codes_of(world.organisations, return_.owed_by)
    if return_.kind == "on_request":
        requests = some_requests(dice, return_, codes)
        world.requests.extend(requests)
        world.submissions.extend(each_once(answers(dice, requests)))
    elif return_.kind == "event":
        world.submissions.extend(each_once(event_submissions(dice, return_, codes)))
    else:
        world.submissions.extend(each_once(periodic_submissions(dice, return_, codes)))
    if return_.return_code == "annual_return":
        world.requests.extend(some_requests(dice, return_, codes))
    if return_.supplier != "none" or return_.return_code == "workforce":
        world.evidence.extend(some_evidence(dice, return_, codes))
    world.participations.extend(some_participations(dice, return_, codes))
    for _ in range(dice.choice((0, 1, 1, 2))):
        world.notices.append(some_notice(dice, len(world.notices) + 1, return_, codes))


def world_of(dice: Random) -> twin.World:
    world = twin.World(organisations=some_register(dice), returns=some_returns(dice), settings=some_settings(dice))
    for return_ in world.returns:
        add_facts(dice, world, return_)
    world.rejected_rows.extend(some_rejected_rows(dice, world))
    if sometimes(dice, 2):
        world = replace(world, dormant=frozenset(dice.sample(PRACTICES, 2)))
    if sometimes(dice, 3):
        world.registered_lists.extend(some_lists(dice, codes_of(world.organisations, "practice")))
    return world


def some_rejected_rows(dice: Random, world: twin.World) -> list[twin.RejectedRow]:
    """Rows of a log that could not be read: of some, neither the period nor the request can be."""
    rows = []
    for sent in world.submissions:
        if dice.randint(1, 100) > 4:
            continue
        day = dice.choice((sent.period_start, sent.period_start + timedelta(days=9), None))
        row = twin.RejectedRow(sent.organisation_code, sent.return_code, day, dice.choice((sent.request_id, None)))
        rows.append(replace(row, return_code=None) if sometimes(dice, 2) else row)
    if world.submissions and sometimes(dice, 1):  # a notice about all who owe a return
        sent = dice.choice(world.submissions)
        from_on = any_day(dice)
        about_all = twin.RejectedRow(None, sent.return_code)
        of_period, from_then = replace(about_all, period_on=sent.period_start), replace(about_all, from_on=from_on)
        rows.append(dice.choice((of_period, from_then, replace(from_then, to_on=any_day(dice, from_on)))))
    return each_once(rows)


def without(world: twin.World, is_left_out: Part) -> twin.World:
    """The same world without the facts of which that is true."""
    kept: dict[str, Any] = {}
    for name in ("organisations", "submissions", "requests", "notices", "participations", "evidence",
                 "registered_lists", "returns", "rejected_rows"):  # fmt: skip
        kept[name] = [fact for fact in getattr(world, name) if not is_left_out(fact)]
    return replace(world, **kept)


def parts_of(world: twin.World) -> list[Part]:
    """Ways to make a world smaller, the coarse ones first: a return, an organisation, a period, then single facts."""
    facts = [
        *world.submissions, *world.evidence, *world.requests, *world.participations, *world.notices,
        *world.rejected_rows,
    ]  # fmt: skip
    parts: list[Part] = []
    for name in ("return_code", "organisation_code", "period_start"):
        for value in sorted({getattr(fact, name) for fact in [*world.organisations, *world.returns, *facts]
                             if getattr(fact, name, None) is not None}):  # fmt: skip
            parts.append(partial(_has, name, value))
    for single in [*world.organisations, *facts, *world.registered_lists]:
        parts.append(partial(operator.is_, single))
    return parts


def _has(name: str, value: object, fact: object) -> bool:
    return getattr(fact, name, None) == value


def smallest(world: twin.World, fails: Callable[[twin.World], bool]) -> twin.World:
    """As small a world as leaving out can make it, of which `fails(world)` still says True."""
    smaller = True
    while smaller:
        smaller = False
        for is_left_out in parts_of(world):
            candidate = without(world, is_left_out)
            if candidate != world and fails(candidate):
                world, smaller = candidate, True
    return world


def day_to_ask(dice: Random, world: twin.World) -> date:
    """Mostly late enough for much to be due; often on a due date or the day beside it."""
    edges = [request.due_on for request in world.requests if request.due_on]
    edges += [notice.new_due_on for notice in world.notices if notice.new_due_on]
    for return_ in world.returns:
        if return_.period != "request":
            edges += [usual_due(return_, start, end) for start, end in periods_of(return_)]
    if not edges or sometimes(dice, 4):
        return any_day(dice, date(2024, 9, 1), date(2025, 5, 31))
    day = dice.choice(sorted(set(edges))) + timedelta(days=dice.choice((-1, 0, 1, 2)))
    return min(day, NOTHING_FROM - timedelta(days=1))


def world_with_short_feeds(seed: int) -> tuple[twin.World, date]:
    """A year of one return, mostly whole, with months of which a supplier, or part of the file, is missing."""
    dice = Random(seed)
    return_ = dice.choice([r for r in twin.RETURNS if r.return_code in ("workforce", "online_and_video_consultations")])
    makers = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon"][: dice.choice((1, 2, 2, 3, 5))]
    codes = [f"Z9{number:04d}" for number in range(dice.choice((6, 9, 15, 20)))]
    makers_of = {code: dice.choice(makers) if number >= 2 * len(makers) else makers[number % len(makers)]
                 for number, code in enumerate(codes)}  # fmt: skip
    world = twin.World(
        organisations=[twin.Organisation(code, telephony_supplier=makers_of[code], online_supplier=makers_of[code])
                       for code in codes],
        returns=[return_],
        settings=twin.Settings(
            supplier_min_organisations=dice.choice((2, 2, 3)),
            short_min_organisations=dice.choice((3, 4, 6)),
            short_min_share=dice.choice((0.4, 0.5, 0.75)),
        ),
    )  # fmt: skip
    for start, end in periods_of(return_):
        habit = dice.choice((*["whole"] * 8, "cut", "cut", "without a supplier", "nothing"))
        silent = dice.choice(makers)
        due_on = usual_due(return_, start, end)
        for code in codes:
            chance = {"whole": 9, "cut": 2, "without a supplier": 0 if makers_of[code] == silent else 9, "nothing": 0}
            if not sometimes(dice, chance[habit]):
                continue
            on = max(start, due_on + timedelta(days=dice.choice((-9, -4, 0, 3, 8, 20))))
            outcome = dice.choice(("accepted", "accepted", "nil", "rejected"))
            world.submissions.append(
                twin.Submission(code, return_.return_code, start, moment(dice, on, start), outcome)
            )
    return world, max(day_to_ask(dice, world), date(2024, 12, 1))


def world_and_day(seed: int) -> tuple[twin.World, date]:
    dice = Random(seed)
    world = world_of(dice)
    return world, day_to_ask(dice, world)


def worlds_and_days() -> st.SearchStrategy[tuple[twin.World, date]]:
    """A world and the day the question is asked about. One seed each: the engine must not spend its tries on copies."""
    return st.integers(0, 2**32 - 1).map(world_and_day)
