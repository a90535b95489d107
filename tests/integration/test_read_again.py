"""A rejected row is never forgotten: it is read again when what rejected it may have changed, and counts from then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asking import write_csv
from inbox import HEADING, NOW, row
from memory_store import MemoryStore

from monitor.ingest.loading import LoadedFile

DOUBT = "SELECT row_number, organisation_code, return_code, period_on, request_id FROM data.row_in_doubt ORDER BY ALL"
STANDING = "SELECT file_name, row_number, reason FROM data.rejected_standing ORDER BY ALL"
ROWS = "SELECT organisation_code, outcome, row_number FROM data.submission_row ORDER BY ALL"
IN_FORCE = "SELECT arg_max(subject, (file_id, row_number)) FROM data.request_row"
REQUESTS = "request_id,organisation_code,return_code,requested_on,subject"
ACCOUNT = """
    SELECT f.file_name, a.rows_loaded, a.rows_duplicate, a.rows_rejected
    FROM data.file_account AS a JOIN data.loaded_file AS f USING (file_id) ORDER BY ALL
"""
BAD = "as soon as possible"


@pytest.fixture
def store(store: MemoryStore) -> MemoryStore:
    return replace(store, now=NOW)


def drop(store: MemoryStore, name: str, *rows: str) -> tuple[LoadedFile, ...]:
    (store.inbox / name).write_text(HEADING + "".join(rows), encoding="utf-8")
    return store.load_any()


def later(
    store: MemoryStore, after: timedelta = timedelta(days=1), without: Sequence[str] = (), build: str = ""
) -> MemoryStore:
    return replace(store, now=store.now + after, without=without, build=build)


# ---------------------------------------------------------------------------------------------------- read again


def test_a_row_in_the_future_is_read_when_its_time_has_come(store: MemoryStore) -> None:
    in_an_hour = row(submitted_at="2025-06-01 14:00")
    drop(store, "log.csv", row(organisation_code="A81002"), in_an_hour)
    assert store.rows(ROWS) == [("A81002", "accepted", 2)]
    assert later(store, timedelta(minutes=59)).load() == ()
    (read,) = later(store).load()
    assert (read.identity.name, read.counts.loaded, read.is_read_again) == ("log.csv", 1, True)
    assert store.rows(ROWS) == [("A81001", "accepted", 3), ("A81002", "accepted", 2)]
    assert store.rows(ACCOUNT) == [("log.csv", 2, 0, 0)]
    assert store.rows(STANDING) == []
    assert later(later(store)).load() == ()


@pytest.mark.parametrize("title", ["", "Submissions to date\n\n"], ids=["", "below a title"])
def test_a_row_below_headings_as_people_write_them_is_read_again_too(store: MemoryStore, title: str) -> None:
    headings = "ODS Code,Collection,Month,Date submitted,Status\n"
    (store.inbox / "log.csv").write_text(f"{title}{headings}A81001,Workforce,May 2025,01/06/2025 14:00,Accepted\n")
    store.load_any()
    assert store.rows(ROWS) == []
    later(store).load()
    assert [code for code, *_ in store.rows(ROWS)] == ["A81001"]
    assert store.rows(STANDING) == []


def test_a_row_counts_from_when_it_was_read(store: MemoryStore) -> None:
    drop(store, "log.csv", row(submitted_at="2025-06-01 14:00"))
    later(store).load()
    assert store.rows("SELECT loaded_at FROM data.submission_row JOIN data.loaded_file USING (file_id)") == [
        (NOW + timedelta(days=1),)
    ]
    assert store.rows("SELECT row_number FROM data.doubtful_row JOIN data.loaded_file USING (file_id) "
                      f"WHERE loaded_at < '{NOW + timedelta(hours=1)}'") == [(2,)]  # fmt: skip


def test_a_row_is_read_when_its_return_is_known_even_if_its_file_is_gone(store: MemoryStore) -> None:
    drop(replace(store, without=["workforce"]), "log.csv", row(detail='"on paper, ""by hand"""'))
    (store.inbox / "log.csv").unlink()
    assert later(store, without=["workforce"]).load() == ()
    assert [file.counts.loaded for file in later(store).load()] == [1]
    assert store.rows("SELECT detail FROM data.submission_row") == [('on paper, "by hand"',)]


def test_what_is_judged_by_the_same_is_not_tried_again(store: MemoryStore) -> None:
    drop(store, "log.csv", row(submitted_at=BAD), row(organisation_code="A81002"))
    assert later(store).load() == ()
    assert later(store, build="another program").load() == ()  # it is tried, and judged as before
    assert store.rows("SELECT count(*) FROM data.loaded_file") == [(1,)]


def test_a_row_that_is_read_again_and_says_what_another_says_is_a_duplicate(store: MemoryStore) -> None:
    ahead = row(submitted_at="2025-06-01 14:00")
    drop(store, "log.csv", ahead, ahead)
    store.now += timedelta(days=1)
    store.load()
    assert store.rows(ROWS) == [("A81001", "accepted", 2)]
    assert store.rows(ACCOUNT) == [("log.csv", 1, 1, 0)]


def test_rows_that_stay_rejected_are_kept_beside_those_that_are_read(store: MemoryStore) -> None:
    drop(store, "log.csv", row(submitted_at="2025-06-01 14:00"), row(organisation_code="A81002", submitted_at=BAD))
    assert [(file.counts.loaded, file.counts.rejected) for file in later(store).load()] == [(1, 1)]
    assert store.rows(STANDING) == [("log.csv", 3, "bad_date")]
    assert store.rows(ACCOUNT) == [("log.csv", 1, 0, 1)]


@pytest.mark.parametrize("file_later", ["b.csv", "0.csv"])
def test_what_was_stated_since_is_not_undone_by_a_row_read_later(store: MemoryStore, file_later: str) -> None:
    def drop_request(store: MemoryStore, name: str, return_code: str, subject: str) -> None:
        lines = f"{REQUESTS}\nR1,A81001,{return_code},2025-05-01,{subject}"
        write_csv(store.inbox / name, lines)
        store.load_any()

    drop_request(replace(store, without=["information_request"]), "a.csv", "information_request", "the first")
    day_after = later(store, without=["information_request"])
    drop_request(day_after, file_later, "information_request", "the second")
    later(day_after).load()
    assert store.rows(IN_FORCE) == [("the second",)]
    assert store.rows(STANDING) == []


def test_rows_that_an_earlier_version_of_the_program_rejected_are_read_again_too(store: MemoryStore) -> None:
    drop(replace(store, without=["workforce"]), "log.csv", row(), row(organisation_code="A81002", submitted_at=BAD))
    store.connection.execute("DELETE FROM data.rejected_under")
    store.connection.execute("DELETE FROM data.doubtful_row")
    assert [(file.counts.loaded, file.counts.rejected) for file in later(store).load()] == [(1, 1)]
    assert [code for _, code, *_ in store.rows(DOUBT)] == ["A81002"]
    assert later(later(store)).load() == ()


# ------------------------------------------------------------------------------------------------ held in doubt


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("changed", "held"),
    [
        ({"submitted_at": BAD}, ("A81001", "workforce", "2025-03-01", None)),
        ({"period_start": "2025-03-31", "submitted_at": BAD}, ("A81001", "workforce", "2025-03-01", None)),
        ({"period_start": "2025-03-31"}, ("A81001", "workforce", "2025-03-01", None)),
        ({"period_start": "Q4"}, ("A81001", "workforce", "None", None)),
        ({"return_code": "national_diabetes_audit", "period_start": "2025-03-01"},
         ("A81001", "national_diabetes_audit", "2025-01-01", None)),
        ({"return_code": "annual_return", "period_start": "2025-03-01"},
         ("A81001", "annual_return", "2024-04-01", None)),
        ({"return_code": "information_request", "period_start": BAD, "request_id": "R1"},
         ("A81001", "information_request", "None", "R1")),
        ({"return_code": "labour force"}, ("A81001", "None", "2025-03-01", None)),
        ({"return_code": "", "period_start": "March 2025"}, ("A81001", "None", "2025-03-01", None)),
        ({"return_code": "labour force", "period_start": "Q4"}, ("A81001", "None", "None", None)),
        ({"return_code": "", "period_start": "", "request_id": "R1"}, ("A81001", "None", "None", "R1")),
        ({"organisation_code": "A81O01"}, None),
    ],
)  # fmt: skip
def test_a_rejected_row_holds_in_doubt_what_can_be_read_of_it(
    store: MemoryStore, changed: dict[str, str], held: tuple[str, ...] | None
) -> None:
    drop(store, "log.csv", row(**changed))
    found = [(code, str(return_), str(on), request) for _, code, return_, on, request in store.rows(DOUBT)]
    assert found == ([held] if held else [])
    assert len(store.rows(STANDING)) == 1


@pytest.mark.one_in(6)
@pytest.mark.parametrize("name", ["a.csv", "z.csv"])
@pytest.mark.parametrize(
    ("good", "days", "is_over"),
    [
        ({"outcome": "accepted"}, 0, True),
        ({"outcome": "nil"}, 0, True),
        ({"outcome": "rejected"}, 0, False),  # the row in doubt may be the one that was accepted
        ({"outcome": "rejected"}, 1, True),  # somebody has seen to it since
        ({"period_start": "2025-04-01"}, 1, False),
        ({"organisation_code": "A81002"}, 1, False),
        ({"return_code": "appointments"}, 1, False),
    ],
)
def test_a_good_row_about_the_same_ends_the_doubt(
    store: MemoryStore, name: str, good: dict[str, str], days: int, is_over: bool
) -> None:
    (store.inbox / "log.csv").write_text(HEADING + row(submitted_at=BAD), encoding="utf-8")
    if days:
        store.load_any()
    drop(later(store) if days else store, name, row(**{"submitted_at": "2025-05-01 10:00", **good}))
    assert (store.rows(DOUBT) == []) == is_over


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("before", "after", "standing"),
    [
        ((row(), row(submitted_at=BAD)), (row(),), 0),  # the same log, without the row
        ((row(submitted_at=BAD),), (row(outcome="rejected"),), 0),  # in its place stands a good one
        ((row(organisation_code="A81O01"),), (row(),), 0),
        ((row(submitted_at=BAD),), (row(period_start="2025-04-01", submitted_at="2025-05-01"),), 1),  # another month
        ((row(submitted_at=BAD),), (row(organisation_code="A81002"),), 1),
        ((row(submitted_at=BAD),), (row(submitted_at=BAD), row(organisation_code="A81002")), 1),
        ((row(), row(submitted_at=BAD)), (row(), row(submitted_at=BAD), row(organisation_code="A81002")), 1),
    ],
)
def test_a_later_version_of_the_file_replaces_its_rows(
    store: MemoryStore, before: tuple[str, ...], after: tuple[str, ...], standing: int
) -> None:
    drop(store, "log.csv", *before)
    assert len(store.rows(STANDING)) == 1
    drop(later(store), "log.csv", *after)
    assert len(store.rows(STANDING)) == standing


@pytest.mark.parametrize(
    ("corrected", "standing"),
    [
        ((row(), row(organisation_code="A81002", period_start="2025-04-01", submitted_at="2025-05-01")), 0),
        ((row(), row(organisation_code="A81003")), 1),
        ((row(organisation_code="A81002"), row()), 1),
        ((row(), row(organisation_code="A81002"), row(organisation_code="A81003")), 1),
    ],
)
def test_a_corrected_copy_replaces_a_row_of_which_no_period_can_be_read(
    store: MemoryStore, corrected: tuple[str, ...], standing: int
) -> None:
    drop(store, "log.csv", row(), row(organisation_code="A81002", period_start="2025-13-01"))
    drop(later(store), "corrected.csv", *corrected)
    assert len(store.rows(STANDING)) == standing


@pytest.mark.parametrize(
    ("good", "is_over"),
    [
        ({}, False),  # about the same organisation and month: whether about the same return, nobody can tell
        ({"return_code": "appointments"}, False),
    ],
)
def test_a_row_of_which_the_return_cannot_be_read_stays_in_doubt_beside_good_ones(
    store: MemoryStore, good: dict[str, str], is_over: bool
) -> None:
    drop(store, "log.csv", row(return_code="labour force"))
    drop(later(store), "other.csv", row(**good))
    assert (store.rows(DOUBT) == []) == is_over


def test_a_row_of_which_the_return_cannot_be_read_is_over_when_a_good_one_stands_in_its_place(
    store: MemoryStore,
) -> None:
    drop(store, "log.csv", row(return_code="labour force"))
    drop(later(store), "log.csv", row())
    assert (store.rows(DOUBT), store.rows(STANDING)) == ([], [])


def test_a_row_is_read_when_its_return_is_named_otherwise(store: MemoryStore) -> None:
    named = row(return_code="GP practice workforce (NWRS)")
    drop(replace(store, without=["workforce"]), "log.csv", named)
    assert len(store.rows(DOUBT)) == 1
    assert [file.counts.loaded for file in later(store).load()] == [1]
    assert store.rows(DOUBT) == []


NOTICES = "notice_id,return_code,kind,period_start,scope,scope_value,new_due_on,from_on,to_on,reason\n"
DOUBT_OF_NOTICES = "SELECT organisation_code, return_code, period_on, from_on, to_on FROM data.row_in_doubt"


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("notice", "held"),
    [
        ("N1,workforce,exempt,2025-03-01,organisation,A81001,,,,", ("A81001", "workforce", "2025-03-01", None, None)),
        ("N1,workforce,exemptt,March 2025,national,,,,,a test", (None, "workforce", "2025-03-01", None, None)),
        ("N1,workforce,exempt,spring,national,,,2025-03-01,,a test", (None, "workforce", None, None, None)),
        ("N1,workforce,paused,,icb,QHM,,2025-03-01,soon,a test", (None, "workforce", None, "2025-03-01", None)),
        ("N1,workforce,paused,,icb,QHM,,2025-03-01,2025-02-01,a test", (None, "workforce", None, None, None)),
        ("N1,workforce,extended,2025-03-01,icb,QHM,2025-02-01,,,a test", (None, "workforce", "2025-03-01", None, None)),
        ("N1,labour force,exempt,,organisation,A81001,,,,a test", ("A81001", None, None, None, None)),
        ("N1,labour force,exempt,,national,,,,,a test", None),
    ],
)
def test_a_rejected_notice_holds_in_doubt_what_it_may_have_been_about(
    store: MemoryStore, notice: str, held: tuple[str | None, ...] | None
) -> None:
    write_csv(store.inbox / "notices.csv", f"{NOTICES}{notice}\n")
    store.load_any()
    found = [tuple(None if value is None else str(value) for value in line) for line in store.rows(DOUBT_OF_NOTICES)]
    assert found == ([held] if held else [])


@pytest.mark.parametrize(("number", "is_over"), [("N1", True), ("N2", False)])
def test_a_good_notice_of_its_number_ends_the_doubt(store: MemoryStore, number: str, is_over: bool) -> None:
    write_csv(store.inbox / "a.csv", f"{NOTICES}N1,workforce,exempt,,national,,,soon,,a test\n")
    store.load_any()
    write_csv(store.inbox / "b.csv", f"{NOTICES}{number},workforce,exempt,,national,,,2025-03-01,,a test\n")
    later(store).load_any()
    assert (store.rows(DOUBT_OF_NOTICES) == []) == is_over


def test_a_good_row_of_a_log_ends_no_doubt_about_a_notice(store: MemoryStore) -> None:
    write_csv(store.inbox / "notices.csv", f"{NOTICES}N1,workforce,exempt,2025-03-01,organisation,A81001,,,,\n")
    drop(store, "log.csv", row())
    assert len(store.rows(DOUBT_OF_NOTICES)) == 1


def test_a_dismissed_row_holds_nothing_in_doubt_and_is_not_read_again(store: MemoryStore) -> None:
    drop(replace(store, without=["workforce"]), "log.csv", row(), row(organisation_code="A81002"))
    at = datetime(2025, 6, 1, 13, tzinfo=UTC)
    store.connection.execute("INSERT INTO data.dismissal VALUES (1, 'log.csv', 3, 'Ann', 'a test', $at)", {"at": at})
    assert store.rows(STANDING) == [("log.csv", 2, "unknown_return")]
    later(store).load()
    assert store.rows(ROWS) == [("A81001", "accepted", 2)]
    assert store.rows(ACCOUNT) == [("log.csv", 1, 0, 1)]
    assert store.rows(STANDING) == []
