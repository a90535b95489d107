"""`returns` in monitor.toml: statuses, SQL, pages and mail follow it, and what is sent of other returns is kept."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from asking import SHARED_DATA, Monitor, new_workspace, write_csv
from memory_store import MemoryStore

from monitor.config.settings import Settings
from monitor.operations.machine_health import examine_machine
from monitor.operations.store_health import examine_store
from monitor.returns.catalogue import load_catalogue
from monitor.returns.due_words import window_words, words_of

NOW = datetime(2025, 8, 25, 9, 30, tzinfo=UTC)
REGISTER = """organisation_code,organisation_name
    Z98001,Hill Street Surgery
    Z98002,Mill Lane Practice"""
LOG = """organisation_code,return_code,period_start,submitted_at,outcome
    Z98001,friends_and_family_test,2025-06-01,2025-07-10T10:00,accepted
    Z98001,workforce,2025-06-01,2025-06-20T10:00,accepted"""
CODES = "SELECT string_agg(DISTINCT return_code, ' ' ORDER BY return_code) AS codes FROM "


def watching(workspace: Path, returns: str) -> None:
    """Let a workspace watch these returns, from June 2025 on."""
    settings = f"monitor_from = 2025-06-01\nreturns = {returns}\n"
    (workspace / "monitor.toml").write_text(settings, encoding="utf-8")


@pytest.fixture
def watched(workspace: Path) -> Path:
    """A workspace with two practices, one of which sent the Friends and Family Test, which is not watched yet."""
    write_csv(workspace / "inbox" / "organisations.csv", REGISTER)
    write_csv(workspace / "inbox" / "log.csv", LOG)
    watching(workspace, '["workforce"]')
    return workspace


def codes_in(monitor: Monitor, workspace: Path, view: str) -> str:
    return str(json.loads(monitor("sql", "-w", workspace, CODES + view, "--format", "json").out)[0]["codes"])


def mailed(workspace: Path) -> str:
    return "".join(file.read_text() for file in sorted((workspace / "outbox").glob("*.eml")))


@pytest.mark.slow
def test_statuses_sql_and_mail_follow_what_is_watched_and_the_rest_is_kept(monitor: Monitor, watched: Path) -> None:
    first = monitor("run", "-w", watched, now=NOW)
    assert first.code == 0
    assert (
        "  1 row of submissions of friends_and_family_test, which is not watched: `returns` in monitor.toml adds it"
    ) in first.out
    assert [codes_in(monitor, watched, view) for view in ("return_status", "mandatory_return", "finding")] == [
        "workforce"
    ] * 3
    assert codes_in(monitor, watched, "submission") == "friends_and_family_test workforce"
    watching(watched, '["Workforce", " friends_and_family_test "]')
    again = monitor("run", "-w", watched, now=NOW)
    assert (
        "Friends and Family Test: 1 from 1 organisation, the first due 16 July 2025; likely cause: none found"
        in again.out
    )
    assert "not watched" not in again.out
    assert codes_in(monitor, watched, "return_status") == "friends_and_family_test workforce"
    assert "Friends and Family Test" in mailed(watched)


@pytest.mark.slow
def test_what_is_watched_no_more_is_not_reported_as_over(monitor: Monitor, watched: Path) -> None:
    watching(watched, '["workforce", "friends_and_family_test"]')
    monitor("run", "-w", watched, now=NOW)
    before = mailed(watched)
    watching(watched, '["workforce"]')
    monitor("run", "-w", watched, now=NOW)
    assert mailed(watched) == before
    assert codes_in(monitor, watched, "finding WHERE resolved_at IS NULL") == "workforce"


@pytest.mark.parametrize(
    ("returns", "words"),
    [
        ('["guidence"]', 'returns: found \'guidence\'. Expected: "guidance", "all" or the code of a return: alcohol_'),
        ("[]", "returns"),
        ('"all"', "returns"),
    ],
)
def test_what_is_no_return_is_said(monitor: Monitor, workspace: Path, returns: str, words: str) -> None:
    watching(workspace, returns)
    answer = monitor("status", "-w", workspace)
    assert answer.code == 2
    assert words in answer.err
    assert "monitor.toml" in answer.err


def test_a_return_that_is_not_watched_is_said_to_be_one_where_it_is_asked_for(monitor: Monitor, watched: Path) -> None:
    answer = monitor("status", "-w", watched, "--return", "friends_and_family_test")
    assert answer.code == 2
    assert "friends_and_family_test is not watched here" in answer.err
    assert "add 'friends_and_family_test' to `returns` in monitor.toml" in answer.err


def test_a_new_workspace_watches_the_guidance_and_says_what_the_choice_is(monitor: Monitor, workspace: Path) -> None:
    written = (workspace / "monitor.toml").read_text()
    assert '\nreturns = ["guidance"]\n' in written
    assert '"all", and codes, in any' in written.replace("\n# ", " ")
    rows = json.loads(monitor("returns", "-w", workspace, "--format", "json").out)
    assert [sum(row["watched"] for row in rows), len(rows)] == [22, 27]
    assert [row["watched"] for row in rows] == [True] * 22 + [False] * 5
    assert "22 of 27 returns are watched here (returns: guidance)" in monitor("returns", "-w", workspace).err


def test_the_choice_that_is_left_out_is_the_guidance() -> None:
    assert Settings.model_validate({"monitor_from": date(2025, 4, 1)}).returns == ["guidance"]


# Six networks in a register; a log with a declaration of another one, or none; what becomes of their declarations.
NETWORKS = "organisation_code,organisation_name,organisation_kind,sub_icb_code\n" + "\n".join(
    f"U9600{number},MADE UP PCN {number},pcn,Z9A" for number in range(1, 7)
)
OF_2024 = ("declaration_digital_telephony", "declaration_online_requests", "declaration_care_navigation")
OF_2025 = ("declaration_modern_general_practice_access", "declaration_risk_stratification")


@pytest.mark.slow
@pytest.mark.one_in(5)
@pytest.mark.parametrize("code", [*OF_2024, *OF_2025])
def test_a_register_of_networks_alone_accuses_nobody(store: MemoryStore, code: str) -> None:
    """A register is not a log: where nobody's declaration was loaded, none is said not to have been received."""
    store.monitor_from = date(2023, 4, 1)
    write_csv(store.inbox / "organisations.csv", NETWORKS)
    store.load()
    for year in ("2023-04-01", "2024-04-01", "2025-04-01", "2026-04-01"):
        found = store.statuses(code, year, "2027-04-15")
        assert {status for status, *_ in found.values()} <= {"not_known"}
        in_force = year == "2025-04-01" if code in OF_2025 else year <= "2024-04-01"
        assert len(found) == (6 if in_force else 0)


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the published NHS files are not beside the tree")
def test_the_real_register_of_networks_alone_accuses_none_of_a_declaration(store: MemoryStore) -> None:
    """As of 15 April 2026: 1,292 networks, of which 7 closed before the declarations of 2024/25 were due."""
    store.load(SHARED_DATA / "ods" / "epcn-2025-01.xlsx")
    store.derive(date(2026, 4, 15), *OF_2024, *OF_2025)
    answer = "SELECT status, cause, year(period_start), count(DISTINCT return_code), count(*) FROM return_status_row"
    assert store.rows(f"{answer} GROUP BY ALL ORDER BY ALL") == [
        ("not_known", "source_not_loaded", 2024, 3, 3 * 1285),
        ("not_known", "source_not_loaded", 2025, 2, 2 * 1285),
        ("not_required", "not_open", 2024, 3, 3 * 7),
    ]


# The day, how many of how many are in, and what is said of a return that opens on 19 May 2025.
@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 5, 18), "not open yet, opens 2025-05-19"),
        (date(2025, 5, 19), "open, 41 of 60 in"),
        (date(2025, 7, 11), "open, 41 of 60 in"),
    ],
)
def test_a_window_is_not_open_yet_or_open_with_how_many_are_in(day: date, words: str) -> None:
    assert window_words(date(2025, 5, 19), day, 41, 60) == words


def test_what_falls_due_is_listed_with_its_window(monitor: Monitor, watched: Path) -> None:
    write_csv(
        watched / "inbox" / "log.csv",
        """organisation_code,return_code,period_start,submitted_at,outcome
        Z98001,written_complaints,2024-04-01,2025-06-02T10:00,accepted""",
    )
    (watched / "monitor.toml").write_text('monitor_from = 2024-04-01\nreturns = ["written_complaints"]\n')
    monitor("load", "-w", watched, now=NOW)
    asked = ("due", "-w", watched, "--days", "60")
    before = json.loads(monitor(*asked, "--as-of", "2025-05-14", "--format", "json", now=NOW).out)
    during = monitor(*asked, "--as-of", "2025-06-03", now=NOW).out
    assert [(row["return_code"], row["due_on"], row["window"]) for row in before] == [
        ("written_complaints", "2025-07-11", "not open yet, opens 2025-05-19")
    ]
    assert "open, 1 of 2 in" in during


# The day, and what doctor says then of the calendar and of dates that have to be entered.
@pytest.mark.parametrize(
    ("day", "known", "annual", "complaints"),
    [
        ("2028-12-31", True, "2028/29", "2027/28"),
        ("2029-01-01", False, "2028/29", "2027/28"),
        ("2025-09-25", True, None, None),
        ("2025-09-26", True, "2025/26", None),
        ("2026-05-11", True, "2025/26", None),
        ("2026-05-12", True, "2025/26", "2025/26"),
    ],
)
def test_doctor_asks_for_dates_and_bank_holidays_before_they_are_needed(
    tmp_path: Path, store: MemoryStore, day: str, known: bool, annual: str | None, complaints: str | None
) -> None:
    now = datetime.fromisoformat(f"{day}T12:00+00:00")
    settings = 'monitor_from = 2024-04-01\nreturns = ["annual_return", "written_complaints", "workforce"]\n'
    context = new_workspace(tmp_path / "workspace", settings, now)
    (calendar,) = [one for one in examine_machine(context) if one.subject == "calendar"]
    assert (calendar.state, "known to the end of 2030" in calendar.found) == ("ok" if known else "look", True)
    assert known or "worked out by rule" in calendar.found
    asked = [one.found for one in examine_store(context, store.connection) if one.subject == "returns"]
    years = {"annual_return": annual, "written_complaints": complaints}
    assert asked == [f"the due date of {code} for {year} is not known" for code, year in years.items() if year]


ASKED = "show_contacts is set, and no contact is loaded, so nobody is named"
FOR_MANAGERS = """
[[mail.route]]
to = ["head@icb.test"]
audience = "manager"
"""


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("", []),
        ("[site]\nshow_contacts = true\n", [ASKED]),
        (FOR_MANAGERS, []),
        (f"{FOR_MANAGERS}show_contacts = true\n", [ASKED]),
    ],
)
def test_doctor_says_where_people_are_to_be_named_and_no_file_says_who_they_are(
    tmp_path: Path, store: MemoryStore, settings: str, found: list[str]
) -> None:
    context = new_workspace(tmp_path / "workspace", f"monitor_from = 2024-04-01\n{settings}", NOW)

    def said() -> list[str]:
        return [one.found for one in examine_store(context, store.connection) if one.subject == "contacts"]

    assert said() == found
    write_csv(tmp_path / "contacts.csv", "supplier,name,email\nLarch,Service desk,desk@larch.example\n")
    store.load(tmp_path / "contacts.csv")
    assert said() == []


# Every return of which the words of the due rule are worth reading, as a page has them.
WORDS = {
    "appointments": "last Thursday of the next month, in December the last one up to the 23rd",
    "core_gp_contract": "last day of the next month",
    "data_security_toolkit": "30 June after the year",
    "declaration_risk_stratification": "30 March in the contract year",
    "digital_telephony": "5th of the next month",
    "friends_and_family_test": "12th working day of the next month",
    "national_diabetes_audit": "last day of the 2nd month after",
    "pcn_workforce": "last day of the period",
    "triage_assurance": "the day that the request names",
}


@pytest.mark.parametrize("code", WORDS)
def test_a_due_rule_is_said_in_words(code: str) -> None:
    calendar = load_catalogue()[code].calendar
    assert words_of(calendar.due_rule, calendar.period) == WORDS[code]
