"""ICBs that are merged, divided and created: where an organisation belongs now, and whom a code stands for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from asking import new_workspace, write_csv
from layouts.appointments import make_mapping, mapping_line
from memory_store import MemoryStore
from product import shipped_returns

from monitor.config.settings import Settings
from monitor.operations.machine_health import examine_machine
from monitor.returns.icb_successions import icb_successions
from monitor.returns.working_days import england
from monitor.status.derivation import derive_status
from monitor.status.organisations import rebuild_organisations
from monitor.status.question import Question, put_question

AFTER_THE_MERGERS = date(2026, 8, 10)
HEADING = "organisation_code,organisation_name,icb_code,sub_icb_code,valid_from,valid_to,closed_on"
MERGED_BY_ITS_ROWS = """
    Z98001,One,QZ9,Z8A,,2026-03-31,
    Z98001,One,QY8,Z8A,2026-04-01,,
    Z98002,Two,QZ9,Z8A,,2026-03-31,
    Z98002,Two,QY8,Z8A,2026-04-01,,
    Z98003,Three,QY8,Z8B,,,
    Z98004,Left before,QZ9,Z8A,,2025-12-31,
    Z98004,Left before,QY8,Z8B,2026-01-01,,
    Z98005,Closed before,QZ9,Z8A,,,2026-02-28
"""
NEVER_BROUGHT_UP_TO_DATE = """
    Z98001,Of a board with one successor,QUE,,,,
    Z98002,Of a divided board,QM7,07K,,,
    Z98003,Of the same sub-ICB,S1Y5D,07K,,,
    Z98004,Of a divided board and no sub-ICB,QM7,,,,
    Z98005,Of a board that goes on,QRL,,,,
"""


def reported(store: MemoryStore, icbs: str, as_of: date = AFTER_THE_MERGERS) -> dict[str, tuple[str | None, int]]:
    """By organisation that is reported on: its ICB of now, and of how many months a workforce return is expected."""
    settings = Settings.model_validate({"monitor_from": date(2026, 2, 1), "icbs": icbs.split(",") if icbs else []})
    rebuild_organisations(store.connection)
    returns = {"workforce": shipped_returns()["workforce"]}
    put_question(store.connection, Question(as_of, settings, returns, england()))
    derive_status(store.connection)
    rows = store.rows("SELECT organisation_code, any_value(icb_now), count(*) FROM return_status_row GROUP BY ALL")
    return {code: (icb, months) for code, icb, months in rows}


def organisations(store: MemoryStore, rows: str) -> None:
    write_csv(store.inbox / "organisations.csv", HEADING + rows.rstrip())
    store.load()


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("icbs", "who"),
    [
        ("QZ9", {"Z98001": ("QY8", 7), "Z98002": ("QY8", 7), "Z98005": ("QZ9", 1)}),
        ("QY8", {"Z98001": ("QY8", 7), "Z98002": ("QY8", 7), "Z98003": ("QY8", 7), "Z98004": ("QY8", 7)}),
        ("QQ1", {}),
    ],
)
def test_a_merged_icb_stands_for_its_practices_of_then_and_the_new_one_has_their_history(
    store: MemoryStore, icbs: str, who: dict
) -> None:
    organisations(store, MERGED_BY_ITS_ROWS)
    assert reported(store, icbs) == who


@pytest.mark.slow
def test_before_the_day_of_the_merger_the_old_icb_is_the_one_of_now(store: MemoryStore) -> None:
    organisations(store, MERGED_BY_ITS_ROWS)
    before = date(2026, 3, 31)
    assert set(reported(store, "QZ9", before)) == {"Z98001", "Z98002", "Z98005"}
    assert set(reported(store, "QY8", before)) == {"Z98003", "Z98004"}


@pytest.mark.one_in(6)
@pytest.mark.parametrize(
    ("icbs", "codes"),
    [
        ("S1Y5D", {"Z98001", "Z98002", "Z98003"}),
        ("QUE", {"Z98001"}),
        ("QM7", {"Z98002", "Z98004"}),
        ("QRL", {"Z98005"}),
        ("D7T5G", set()),
    ],
)
def test_a_register_that_still_names_closed_icbs_leads_to_their_successors(
    store: MemoryStore, icbs: str, codes: set[str]
) -> None:
    organisations(store, NEVER_BROUGHT_UP_TO_DATE)
    assert set(reported(store, icbs)) == codes


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("month", "icb"), [("Feb_26", "QXU"), ("Jun_26", "S9B9J")])
def test_published_files_of_either_side_of_the_change_give_the_icb_of_now(
    store: MemoryStore, month: str, icb: str
) -> None:
    store.now = datetime.combine(AFTER_THE_MERGERS, time(9), UTC)
    write_csv(store.inbox / "practices.csv", "organisation_code,organisation_name\nA81001,A surgery")
    line = [*mapping_line("A81001", sub_icb="92A")[:7], icb, "AN ICB", "Y59", "South East"]
    make_mapping(store.inbox / f"Mapping_{month}.csv", [line])
    store.load()
    assert reported(store, "S9B9J") == {"A81001": ("S9B9J", 7)}


def test_names_and_list_size_stand_beside_the_codes(store: MemoryStore) -> None:
    write_csv(
        store.inbox / "organisations.csv",
        """organisation_code,organisation_name,organisation_kind,icb_code,icb_name,pcn_code,list_size
        Z98001,Hill Street Surgery,practice,QZ9,NHS Fiction ICB,U99001,9000
        U99001,Fiction PCN,pcn,QZ9,NHS Fiction ICB,,""",
    )
    store.load()
    reported(store, "")
    asked = "SELECT DISTINCT icb_name, pcn_name, list_size FROM return_status_row WHERE organisation_code = 'Z98001'"
    assert store.rows(asked) == [("NHS Fiction ICB", "Fiction PCN", 9000)]


def test_the_file_of_successions_is_whole() -> None:
    known = icb_successions()
    for one in known.round:
        assert one.effective_on <= known.known_until
        for code, successors in one.closed.items():
            assert known.successors(code, one.effective_on - timedelta(days=1)) == {code}
            assert known.successors(code, one.effective_on) == set(successors)
    (first,) = known.round
    assert (len(first.closed), len(first.created), sum(map(len, first.closed.values()))) == (12, 6, 16)


@pytest.mark.parametrize(("days_before", "state"), [(61, "ok"), (60, "look"), (0, "look")])
def test_doctor_asks_for_later_mergers_only_from_sixty_days_before(
    tmp_path: Path, days_before: int, state: str
) -> None:
    day = icb_successions().known_until - timedelta(days=days_before)
    context = new_workspace(tmp_path, now=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    assert [one.state for one in examine_machine(context) if one.subject == "ICBs"] == [state]
