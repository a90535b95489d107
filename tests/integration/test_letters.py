"""What a message says, to people and to programs: the same in text and HTML, short, escaped, and nothing in it acts."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import openpyxl
import pytest
from asking import Monitor
from hypothesis import given, settings
from hypothesis import strategies as st
from letter_facts import AS_OF, SENDER, fact, gap, total
from mail_read import body_of

from monitor.alerts.full_list import FullList, list_of_query, list_of_rows
from monitor.alerts.letter import Letter, letter
from monitor.alerts.manager_letter import manager_letter
from monitor.alerts.message import LONGEST_BODY, body_bytes, message
from monitor.alerts.planning import Content, that_fits
from monitor.alerts.policy import Route, Summary
from monitor.alerts.render import as_html, as_text, as_workbook
from monitor.core.tables import write_rows

NASTY = '<script>alert(1)</script> & "Sons"\r\nBcc: someone@example.org'


def written(
    *facts: dict[str, Any], lines: int = 12, still_open: tuple[dict[str, Any], ...] = (), summary: Summary | None = None
) -> Letter:
    return letter(facts, still_open, [Route(("a@example.org",))], AS_OF, SENDER, lines, summary)


class Words(HTMLParser):
    """The text that a reader of HTML sees, with the names that narrow screens show before a cell."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.is_shown = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_shown = tag not in ("style", "title", "script")

    def handle_data(self, data: str) -> None:
        if self.is_shown:
            self.seen.append(data)


def words_of(html: str) -> str:
    reader = Words()
    reader.feed(html)
    return " ".join(" ".join(reader.seen).split())


def test_text_and_html_say_the_same() -> None:
    notified = written(
        gap(),
        fact(last_attempt_on=date(2024, 12, 30), last_outcome="rejected", cause="rejected_at_source"),
        fact(item_id="over", reason="resolved", received_on=date(2025, 1, 3), status="received_late"),
        still_open=(total(),),
    )
    seen = words_of(as_html(notified)).casefold()
    for line in as_text(notified).splitlines():
        for said in line.removeprefix("- ").split("; "):
            words = re.sub(r"^(due|last attempt|likely cause:|what became of it:|reference) ", "", said)
            for part in words.split(": ", 1) if line.startswith("- ") else [words]:
                assert part.casefold() in seen, part


@pytest.mark.parametrize(
    ("facts", "subject", "first"),
    [
        (
            [gap()],
            "Data returns: 1 new. First: Onform Limited, workforce",
            "Ask Onform Limited first: 19 returns not received are most likely explained by the supplier or the area, "
            "so there is no need to ask each organisation.",
        ),
        (
            [fact(), fact(item_id="2", reason="resolved", status="received")],
            "Data returns: 1 new, 1 resolved. First: Hill Street Surgery (Z99001)",
            "Contact 1 organisation about 1 return not received, listed below.",
        ),
        (
            [fact(reason="resolved", status="received")],
            "Data returns: 1 resolved",
            "For your information only: there is nothing to do.",
        ),
        (
            [fact(kind="source_not_loaded", cause="source_not_loaded", organisation_code=None, organisations=57)],
            "Data returns: 1 new. First: workforce, not known for 57 organisations",
            "Load the missing files of GP practice workforce (NWRS): until then it is not known who sent it.",
        ),
        (
            [gap(), fact(kind="could_not_check", cause="could_not_check", organisation_code=None, period_label=None,
                         period_start=None)],
            "Data returns: 2 new. First: workforce could not be checked",
            "Run `monitor doctor`: the check of GP practice workforce (NWRS) could not be run.",
        ),
    ],
    ids=["a gap", "one practice and one over", "only over", "a source", "a check that could not run"],
)  # fmt: skip
def test_subject_and_first_line_say_what_is_worst_and_what_to_do(facts: list, subject: str, first: str) -> None:
    notified = written(*facts)
    assert (notified.subject, notified.to_do[0]) == (subject, first)
    assert as_text(notified).splitlines()[0] == first


def test_a_name_too_long_for_the_subject_is_cut_and_its_code_is_whole() -> None:
    name = {"organisation_name": "Old Town and Riverside Medical Centre", "organisation_code": "Z98003"}
    written_to = written(fact(**name), fact(item_id="2", reason="resolved", status="received"))
    assert written_to.subject == "Data returns: 1 new, 1 resolved. First: Old Town and Rive... (Z98003)"
    assert len(written_to.subject) < 70


def test_a_row_says_all_that_a_reader_needs() -> None:
    (section,) = written(fact(last_attempt_on=date(2024, 12, 30), last_outcome="rejected")).sections
    (line,) = section.groups[0].lines
    assert vars(line) == {
        "who": "Hill Street Surgery (Z99001), Upper Brindle PCN",
        "what": "GP practice workforce (NWRS) not received for December 2024",
        "due": "Tuesday 31 December 2024",
        "overdue": "31",
        "last_attempt": "30 December 2024, rejected",
        "cause": "none found",
        "regulation": "GMS regulation 74E; PMS regulation 67E",
        "reference": "a1b2c3d4e5f6",
        "before": "",
    }


WORKFORCE = "GP practice workforce (NWRS)"
SINCE = {
    "one month": ({}, f"{WORKFORCE} not received for December 2024"),
    "four months": (
        {"periods": 4, "period_label": "September 2024"}, f"{WORKFORCE} not received since September 2024, 4 months",
    ),
    "two quarters": (
        {"periods": 2, "period_kind": "quarter", "period_label": "April to June 2024"},
        f"{WORKFORCE} not received since April to June 2024, 2 quarters",
    ),
    "two years": (
        {"periods": 2, "period_kind": "contract_year", "period_label": "2022/23"},
        f"{WORKFORCE} not received since 2022/23, 2 years",
    ),
    "a request": (
        {"period_kind": "request", "period_label": "3 December 2024", "period_start": date(2024, 12, 3)},
        f"{WORKFORCE} not received for the request of 3 December 2024",
    ),
    "a source": (
        {"kind": "source_not_loaded", "periods": 3, "period_label": "September 2024"},
        f"{WORKFORCE}, no data loaded since September 2024, 3 months",
    ),
    "no longer published": (
        {"kind": "no_longer_published"},
        f"{WORKFORCE} no longer in the publication for December 2024",
    ),
    "resolved": (
        {"reason": "resolved", "periods": 3, "period_label": "September 2024"},
        f"{WORKFORCE}, since September 2024, 3 months",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "said"), SINCE.values(), ids=SINCE)
def test_an_absence_is_one_line_with_its_beginning_and_its_length(given: dict[str, Any], said: str) -> None:
    (line,) = written(fact(**given)).sections[0].groups[0].lines
    assert line.what == said


@pytest.mark.parametrize(
    ("given", "before"),
    [
        ({"last_received_on": date(2024, 8, 28), "last_received_label": "August 2024"}, "last received 28 August 2024"),
        ({"last_received_label": "August 2024"}, "last received for August 2024"),
        ({}, ""),
    ],
)
def test_an_absence_says_what_came_last(given: dict[str, Any], before: str) -> None:
    (line,) = written(fact(**given)).sections[0].groups[0].lines
    assert line.before == before


def test_the_words_about_a_practice_that_is_no_longer_published_ask_and_conclude_nothing() -> None:
    made = written(fact(kind="no_longer_published", severity="info", cause="no_longer_published", status="not_known"))
    assert made.to_do == (
        "1 organisation is not in a publication that showed its data before. The publication does not list everyone: "
        "please ask, and draw no conclusion from it.",
    )
    assert "not received" not in as_text(made).casefold().replace('"not received" means', "")


def test_the_words_about_a_return_that_is_not_whole_accuse_nobody() -> None:
    made = written(
        fact(kind="parts_missing", severity="info", cause=None, status="received", parts_missing="nurses", periods=2)
    )
    (line,) = made.sections[0].groups[0].lines
    assert line.what == "GP practice workforce (NWRS) received without nurses since December 2024, 2 months"
    assert made.to_do == (
        "1 organisation sent a return with a part missing from the publication, listed below. It counts as received: "
        "ask only if you need that part.",
    )
    assert "not received" not in as_text(made).casefold().replace('"not received" means', "")


def test_a_row_that_great_expectations_names_is_said_to_be_of_its_list() -> None:
    by = "expect_column_values_to_match_regex; rows as Great Expectations names them"
    made = written(fact(kind="unexpected_row", severity="info", cause=None, status="received", found_by=by))
    (line,) = made.sections[0].groups[0].lines
    assert line.cause == "received, with unexpected values (rows as Great Expectations names them)"


WEEK = Summary(date(2025, 1, 24), AS_OF)


def test_a_summary_in_which_nothing_changed_is_two_lines_with_its_days() -> None:
    made = written(still_open=(total(), total(return_title="Appointments", findings=3, organisations=3)), summary=WEEK)
    assert made.subject == "Data returns: nothing changed since 24 January 2025"
    assert as_text(made).splitlines() == [
        "Nothing changed from 24 January 2025 to 31 January 2025.",
        "Still open: GP practice workforce (NWRS): not received from Hill Street Surgery (Z99001), since September 2024"
        "; Appointments: not received from 3 organisations, the longest since September 2024 (Hill Street Surgery "
        "(Z99001)).",
    ]
    assert not made.attached


def test_a_summary_says_what_changed_since_the_last_one_and_totals_of_the_rest() -> None:
    week = Summary(WEEK.since_on, AS_OF, (("new", 2), ("resolved", 1)))
    made = written(fact(reason="longer", periods=3), still_open=(total(),), summary=week)
    assert made.to_do[0] == (
        "From 24 January 2025 to 31 January 2025: 2 new, 1 longer, 1 resolved. Of these, 3 in earlier messages."
    )
    assert made.subject == "Data returns: summary to 31 January 2025, 1 longer"
    only_before = written(still_open=(total(),), summary=week)
    assert only_before.to_do == (
        "From 24 January 2025 to 31 January 2025: 2 new, 1 resolved. Of these, 3 in earlier messages.",
    )
    assert not only_before.attached


def test_what_lasts_is_counted_in_good_english_and_what_is_over_has_no_likely_cause() -> None:
    open_still = (total(findings=2, organisations=2),)
    made = written(fact(reason="resolved", status="received", received_on=date(2025, 1, 30)), still_open=open_still)
    assert made.still_open == (
        "GP practice workforce (NWRS): not received from 2 organisations, the longest since September 2024 "
        "(Hill Street Surgery (Z99001))",
    )
    for text in (as_text(made), words_of(as_html(made))):
        assert "what happened" in text.casefold()
        assert "likely cause:" not in text.casefold()


def test_a_return_that_came_with_odd_facts_is_not_said_to_be_missing() -> None:
    odd = fact(
        kind="unexpected_row",
        cause=None,
        status="received",
        last_attempt_on=date(2024, 12, 20),
        last_outcome="accepted",
    )
    notified = written(odd)
    assert notified.to_do == ("Check 1 return received with unexpected values, listed below.",)
    (line,) = notified.sections[0].groups[0].lines
    assert (line.overdue, line.cause) == ("", "received, with unexpected values")


STILL_MISSING = {
    "a gap that fell apart": (
        gap(reason="resolved", still_missed=2),
        "no longer supplier-wide; 2 returns still not received, listed one by one",
    ),
    "one that a gap took in": (
        fact(reason="resolved", still_missed=1, status_cause="supplier_wide"),
        "still not received; now part of a supplier-wide or area-wide gap",
    ),
    "one that arrived": (
        fact(reason="resolved", status="received", received_on=date(2025, 1, 3)),
        "received on 3 January 2025",
    ),
    "one that came again": (
        fact(reason="resolved", still_missed=1, ended_by_label="January 2025", ended_on=date(2025, 1, 30)),
        "received again for January 2025, on 30 January 2025",
    ),
    "one that was exempted": (fact(reason="resolved", status="not_required"), "not required"),
    "a gap that arrived": (gap(reason="resolved", status=None), "nothing is outstanding any more"),
}


@pytest.mark.parametrize(("resolved", "became"), STILL_MISSING.values(), ids=STILL_MISSING)
def test_what_is_resolved_says_what_became_of_it(resolved: dict[str, Any], became: str) -> None:
    (line,) = written(resolved).sections[0].groups[0].lines
    assert line.cause == became


def test_a_change_says_from_what() -> None:
    (line,) = written(fact(reason="changed", cause="stopped", cause_before="unexplained")).sections[0].groups[0].lines
    assert line.cause == "the three periods before were received (before: none found)"


def test_one_practice_with_a_known_incident_is_nothing_new_to_ask_about() -> None:
    assert written(fact(cause="known_incident")).to_do == (
        "Nothing new to ask about 1 return that a known incident explains.",
    )


def test_due_dates_ahead_are_no_open_findings() -> None:
    ahead = fact(reason="reminder", kind="due_soon", severity="info", organisation_code=None, cause=None)
    notified = written(ahead)
    assert notified.subject == "Data returns: 1 due soon. First: workforce"
    assert [section.title for section in notified.sections] == ["Due soon (1)"]


def test_a_mail_of_late_returns_says_so_in_its_subject() -> None:
    assert (
        written(fact(kind="late_return", severity="info", cause=None)).subject
        == "Data returns: 1 new. First: workforce, received late"
    )


def test_a_reference_that_is_no_contract_s_is_said_once() -> None:
    same = {"gms_reference": "PCN DES 8.1.9(a)", "pms_reference": "PCN DES 8.1.9(a)"}
    (line,) = written(fact(**same)).sections[0].groups[0].lines
    assert line.regulation == "PCN DES 8.1.9(a)"


def test_no_word_of_a_message_judges_anybody() -> None:
    everything = [fact(cause=cause, item_id=cause) for cause in ("stopped", "never_received", "not_participating")]
    words = as_text(written(gap(), *everything)).casefold()
    for judging in ("breach", "fail", "refus", "guilty", "non-compli", "industrial", "strike", "action by"):
        assert judging not in words


def test_supplier_gaps_come_first_the_widest_before_the_others_and_known_incidents_last() -> None:
    notified = written(
        fact(),
        gap(item_id="1", supplier="Small Ltd", organisations=6),
        gap(item_id="2", supplier="Known Ltd", organisations=50, cause="known_incident"),
        gap(item_id="3", supplier="Big Ltd", organisations=30),
    )
    first = notified.sections[0].groups[0]
    assert [line.who.split(",")[0] for line in first.lines] == ["Big Ltd", "Small Ltd", "Known Ltd"]
    assert notified.to_do[0].startswith("Ask Big Ltd and Small Ltd first: 36 returns")


@pytest.mark.parametrize("lines", [12, 5, 2, 0])
def test_whatever_a_group_leaves_out_is_counted(lines: int) -> None:
    (section,) = written(*(fact(item_id=str(number)) for number in range(15)), lines=lines).sections
    (group,) = section.groups
    assert (len(group.lines), group.left_out) == (lines, 15 - lines)
    assert f"{15 - lines} " in as_text(written(*(fact(item_id=str(n)) for n in range(15)), lines=lines))


@pytest.mark.slow
def test_thirty_thousand_findings_of_every_return_fit_into_a_message() -> None:
    long = "Practice " + "Ünïcode & <long> " * 40
    facts = [
        fact(item_id=str(number), return_title=f"Return {number % 19} {long}", organisation_name=long, pcn_name=long)
        for number in range(30_000)
    ]
    everything = Content((), (), (Route(("a@example.org",), pcns=frozenset(map(str, facts))),))
    notified = that_fits(facts, [], everything, SENDER, AS_OF)
    assert body_bytes(notified) <= LONGEST_BODY
    assert sum(len(group.lines) + group.left_out for group in notified.sections[0].groups) == 30_000


def test_what_came_from_a_file_is_escaped_and_begins_no_header() -> None:
    notified = written(gap(supplier=NASTY), fact(organisation_name=NASTY, pcn_name=NASTY))
    assert "<script>" not in as_html(notified)
    assert "&lt;script&gt;" in as_html(notified)
    made = message(
        notified, None, "<1@example.org>", "a@example.org", ["b@example.org"], None, datetime.now(UTC), AS_OF
    )
    read = message_from_bytes(made.as_bytes(), policy=default)
    assert read["Bcc"] is None
    assert "\n" not in read["Subject"]
    assert all(len(line) <= 998 for line in made.as_bytes().split(b"\r\n"))


HARD_NAMES = [
    "Å" * 60,
    "The Ünion Street & Æsculapius Surgery",
    "x" * 200,
    "=?utf-8?q?a=0ABcc:_b?= Surgery",
    "Łódź 😀 " * 12,
]


@pytest.mark.parametrize("name", HARD_NAMES)
@pytest.mark.parametrize("count", [1, 12_345])
def test_a_subject_is_under_70_characters_and_no_header_is_folded_to_an_empty_line(name: str, count: int) -> None:
    notified = written(*[fact(organisation_name=name, pcn_name=None, organisation_code="Z9")] * count)
    assert len(notified.subject) < 70
    made = message(
        notified, None, "<1@example.org>", "a@example.org", ["b@example.org"], None, datetime.now(UTC), AS_OF
    )
    head = made.as_bytes().partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert [line for line in head if not line.partition(b":")[2 if line[:1].isalpha() else 0].strip()] == []
    read = message_from_bytes(made.as_bytes(), policy=default)
    assert (read["Subject"], read["Bcc"]) == (notified.subject.replace("=?", "= ?"), None)


def test_a_data_team_reads_first_what_could_not_be_read_then_what_is_not_there_then_what_is_not_known() -> None:
    unread = fact(item_id="u", kind="row_rejected", organisation_code=None, organisation_name=None, found_by="log.csv")
    unread |= {"unread_rows": 1, "unread_row": 3, "unread_column": None, "unread_reasons": {"bad_date": 1}}
    absent = fact(
        kind="source_not_loaded", cause="source_not_loaded", organisation_code=None, reason="longer", periods=2
    )
    short = fact(kind="source_incomplete", cause="source_incomplete", organisation_code=None)
    made = written(fact(), gap(item_id="g"), short, absent, unread)
    assert [section.title for section in made.sections] == [
        "Rows that could not be read (1)", "Files due and not loaded (1)", "Not known (1)", "New (2)",
    ]  # fmt: skip
    assert made.to_do[0].startswith("Correct log.csv and drop it again")
    assert made.to_do[1].startswith("Load the missing files")
    assert made.sections[1].groups[0].title.startswith("Due, and nothing loaded, longer: 1")


def test_the_regulation_is_said_once_a_group_and_by_return_where_a_group_is_of_several() -> None:
    of_others = {"return_code": "appointments", "return_title": "Appointments", "gms_reference": "regulation 74H"}
    made = written(fact(), fact(item_id="b"), gap(item_id="c"), gap(item_id="d", **of_others))
    assert [group.regulation for group in made.sections[0].groups] == [
        "GP practice workforce (NWRS): GMS regulation 74E; PMS regulation 67E; "
        "Appointments: GMS regulation 74H; PMS regulation 67E",
        "GMS regulation 74E; PMS regulation 67E",
    ]
    assert as_text(made).count("regulation 74E") == as_html(made).count("regulation 74E") == 2


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://example.org")', "http://example.org"]


def listed_by_duckdb(texts: list[str]) -> FullList:
    with TemporaryDirectory() as folder, duckdb.connect(config={"temp_directory": f"{folder}/it's here"}) as connection:
        return list_of_query(connection, "SELECT unnest($texts) AS name", {"texts": texts})


def cells_of(written: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written, newline="")))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.text() | st.sampled_from(FORMULAS), min_size=1))
def test_duckdb_writes_a_cell_as_commands_write_it(texts: list[str]) -> None:
    by_commands = io.StringIO()
    write_rows(["name"], [(text,) for text in texts], "csv", by_commands)
    by_duckdb = listed_by_duckdb(texts).csv or b""
    assert cells_of(by_duckdb.decode("utf-8-sig")) == cells_of(by_commands.getvalue())


def test_no_cell_of_the_attached_lists_is_a_formula_or_a_link() -> None:
    listed = listed_by_duckdb(FORMULAS)
    cells = [row[0] for row in cells_of((listed.csv or b"").decode("utf-8-sig"))][1:]
    assert len(cells) == len(FORMULAS)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook(listed)))["findings"]
    read = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.data_type for cell in read] == ["s"] * len(FORMULAS)
    assert not [cell for cell in read if cell.hyperlink]


def test_the_attached_workbook_has_real_dates_a_frozen_heading_and_filters() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook(list_of_rows(["due_on", "n"], [(AS_OF, 3), (None, None)]))))[
        "findings"
    ]
    assert (sheet["A2"].value, sheet["A2"].is_date, sheet["B2"].value) == (datetime(2025, 1, 31), True, 3)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")


def test_a_workbook_of_a_whole_country_is_cut_and_the_message_says_so() -> None:
    rows = [(f"f{number}",) for number in range(5_001)]
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook(list_of_rows(["finding_id"], rows))))["findings"]
    assert [row[0].value for row in sheet.iter_rows()] == ["finding_id", *(name for (name,) in rows[:5_000])]
    of_manager = manager_letter([fact()], (), (), AS_OF, SENDER)
    for text in (as_text(of_manager, 5_001), as_html(of_manager, 5_001)):
        assert "The attached list holds its first 5,000 rows." in text
    assert "first 5,000" not in as_text(of_manager, 5_000)
    notified = written(fact())
    for text in (as_text(notified, 5_001), as_html(notified, 5_001)):
        assert "attached, as a workbook (of its first 5,000 rows) and as a CSV file." in text
    assert "attached, as a workbook and as a CSV file." in as_text(notified, 5_000)


@pytest.fixture(scope="module")
def mail_of_the_demo(demo_made_once: Path) -> EmailMessage:
    (file,) = (demo_made_once / "outbox").glob("*.eml")
    return message_from_bytes(file.read_bytes(), policy=SMTP)


def test_the_demo_makes_one_mail_with_the_whole_list_attached(mail_of_the_demo: EmailMessage) -> None:
    names = [part.get_filename() for part in mail_of_the_demo.iter_attachments()]
    assert names == ["findings-2025-01-31.xlsx", "findings-2025-01-31.csv"]
    rows = list(
        csv.DictReader(io.StringIO(list(mail_of_the_demo.iter_attachments())[1].get_content().lstrip("\ufeff")))
    )
    assert len({row["finding_id"] for row in rows}) == 56
    sheet = openpyxl.load_workbook(io.BytesIO(next(mail_of_the_demo.iter_attachments()).get_content()))["findings"]
    assert sheet.max_row == len(rows) + 1


def test_the_demo_s_mail_begins_with_what_to_do(mail_of_the_demo: EmailMessage) -> None:
    text = body_of(mail_of_the_demo)
    assert text.splitlines()[:5] == [
        "Correct submission_log_with_mistakes.csv and drop it again, or dismiss the rows with a reason: 3 rows could "
        "not be read, so what they say is not known. `monitor rejected list` shows them.",
        "Load the missing files of National Diabetes Audit: until then it is not known who sent it.",
        "Ask Curlew Voice, Onform Limited and area Z1B first: 51 returns not received are most likely explained by the "
        "supplier or the area, so there is no need to ask each organisation.",
        "Nothing new to ask about 11 returns that a known incident explains.",
        "Then contact 20 organisations about 32 returns not received, listed below.",
    ]
    assert mail_of_the_demo["Auto-Submitted"] == "auto-generated"


def test_running_again_writes_no_second_mail(demo: Path, monitor: Monitor) -> None:
    assert monitor("run", "-w", demo).code == 0
    assert len(list((demo / "outbox").glob("*.eml"))) == 1


@pytest.mark.parametrize(
    ("cause", "what", "rule"),
    [
        ("point_below_limit", "12 records, usually 310 to 421", "below the lower limit"),
        ("shift", "12 records, usually 310 to 421, on average 365", "seven in a row below the mean"),
    ],
)
def test_a_count_that_is_low_is_reported_with_what_is_usual_and_without_a_cause(
    cause: str, what: str, rule: str
) -> None:
    low = fact(kind="low_volume", severity="info", cause=cause, status="received")
    low |= {"records": 12, "usual": 365.2, "usual_low": 310.4, "usual_high": 420.1}
    [line] = written(low).sections[0].groups[0].lines
    assert line.what == f"GP practice workforce (NWRS), December 2024: fewer than usual, {what}"
    assert line.cause == f"not known: a count does not say why (rule: {rule})"
    assert line.overdue == ""
    assert written(low).to_do == ("1 count of records is lower than usual, listed below: a count does not say why.",)
    assert written(low).subject == "Data returns: 1 new. First: workforce, fewer records"
