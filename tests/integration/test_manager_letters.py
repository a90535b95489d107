"""The manager's letter: by practice, of the own area, under 60 lines and three screens of a phone, no commands."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from asking import NOW, write_csv
from browser import needs_chromium, opened, picture_of
from letter_facts import AS_OF, fact, gap, total
from mail_read import body_of

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor import pipeline
from monitor.alerts import outbox
from monitor.alerts.full_list import list_of_rows
from monitor.alerts.letter import Letter, Sender
from monitor.alerts.manager_letter import ManagerLetter, rows_of
from monitor.alerts.message import message
from monitor.alerts.own_numbers import with_own_numbers
from monitor.alerts.planning import Content, manager_letter_that_fits, that_fits, withdraw_what_is_over
from monitor.alerts.policy import Area, Route, Summary
from monitor.alerts.render import as_html, as_text
from monitor.alerts.sizes import MOST_LINES, height_on_a_phone
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace, init_workspace
from monitor.core.errors import ConfigurationError
from monitor.store.named_sql import transaction
from monitor.store.sessions import writing

ROUTE = Route(("head@example.org",), icbs=frozenset({"QAA"}), audience="manager")
SENDER = Sender("31 January 2025, 06:00", "https://pages.example.org/returns")
WEEK = Summary(date(2025, 1, 24), AS_OF, (("new", 2), ("resolved", 1)))
LONG_NAME = "The Upper Brindle, Lower Brindle and Saint Bartholomew Partnership Surgery"


def made(
    *facts: dict[str, Any], still_open: tuple[dict[str, Any], ...] = (), summary: Summary | None = None,
    sender: Sender = SENDER,
) -> ManagerLetter:  # fmt: skip
    return manager_letter_that_fits(facts, still_open, Content((), (), (ROUTE,), summary), sender, AS_OF)


def lines_of(*facts: dict[str, Any]) -> list[str]:
    return [line.removeprefix("- ") for line in as_text(made(*facts)).splitlines() if line.startswith("- ")]


SAID = {
    "four months": (
        {"periods": 4, "period_label": "September 2025", "period_start": date(2025, 9, 1),
         "last_received_on": date(2025, 8, 28)},
        "workforce not received since September 2025, 4 months; last received 28 August",
    ),
    "one month, received in another year": (
        {"last_received_on": date(2023, 8, 28)},
        "workforce not received for December 2024; last received 28 August 2023",
    ),
    "never received": ({}, "workforce not received for December 2024"),
    "received, the day not known": (
        {"last_received_label": "August 2024"},
        "workforce not received for December 2024; last received for August 2024",
    ),
    "rejected": (
        {"cause": "rejected_at_source"}, "workforce sent and rejected for December 2024",
    ),
    "a known incident": (
        {"cause": "known_incident"}, "workforce not received for December 2024; likely cause: known incident",
    ),
    "another likely cause": (
        {"reason": "changed", "cause": "supplier_changed"},
        "workforce not received for December 2024; likely cause: the supplier changed around that time",
    ),
    "a request": (
        {"return_code": "information_request", "period_kind": "request", "period_label": "3 December 2024",
         "period_start": date(2024, 12, 3)},
        "information request not received for the request of 3 December 2024",
    ),
    "over": (
        {"reason": "resolved", "ended_by_label": "January 2025", "ended_on": date(2025, 1, 30), "still_missed": 1},
        "workforce for December 2024: received again for January 2025, on 30 January 2025",
    ),
    "in the publication no more": (
        {"kind": "no_longer_published"}, "workforce no longer in the publication for December 2024",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "said"), SAID.values(), ids=SAID)
def test_a_practice_is_one_line_with_its_name_its_return_and_since_when(given: dict[str, Any], said: str) -> None:
    assert lines_of(fact(**given)) == [f"Hill Street Surgery (Z99001): {said}"]


def test_a_practice_with_several_returns_is_one_line_and_the_longest_comes_first() -> None:
    several = [fact(item_id=code, return_code=code) for code in ("appointments", "digital_telephony")]
    long = fact(item_id="w", organisation_code="Z99002", organisation_name="Mill Lane", periods=6)
    (first, second) = lines_of(*several, long)
    assert first.startswith("Mill Lane (Z99002): workforce not received since December 2024, 6 months")
    assert second == (
        "Hill Street Surgery (Z99001): appointments not received for December 2024. "
        "Also digital telephony not received for December 2024"
    )


def test_suppliers_and_areas_come_first_and_the_headings_are_new_longer_over() -> None:
    of_all = made(
        fact(reason="resolved", item_id="o", status="received"), fact(reason="longer", item_id="l", periods=2),
        fact(item_id="n"), gap(item_id="g"),
        fact(item_id="k", kind="source_not_loaded", cause="source_not_loaded", organisation_code=None),
    )  # fmt: skip
    assert [part.title for part in of_all.parts] == ["Suppliers and areas", "New", "Longer", "Over", "Not known"]
    assert of_all.opening == ("Since the last letter: 1 supplier or area, 1 new, 1 longer, 1 over, 1 not known.",)


def test_what_a_gap_has_taken_in_is_changed_and_not_over() -> None:
    taken_in = fact(reason="resolved", still_missed=1, status_cause="supplier_wide")
    (part,) = made(taken_in).parts
    assert part.title == "Changed"
    assert "still not received; now part of a supplier-wide or area-wide gap" in part.entries[0].said


OF_QAA: Area = (frozenset({"QAA"}), None, None)
OF_QBB: Area = (frozenset({"QBB", "QCC"}), None, None)


@pytest.mark.parametrize(
    ("routes", "own"),
    [((ROUTE,), 2), ((Route(("a",), icbs=frozenset({"QCC"})),), 1), ((Route(("a",)),), 3),
     ((ROUTE, Route(("a",), icbs=frozenset({"QBB"}))), 3)],
    ids=["one ICB", "an ICB that was merged", "everywhere", "two ICBs"],
)  # fmt: skip
def test_numbers_are_those_of_the_own_area(routes: tuple[Route, ...], own: int) -> None:
    placed = [("A1", OF_QAA), ("A2", OF_QAA), ("B1", OF_QBB), (None, (None, None, None))]
    facts = [gap(item_id="g", organisations=19), fact()]
    wide, single = with_own_numbers(facts, {"g": placed}, routes)
    assert (wide["organisations"], single) == (own, facts[1])


def test_the_numbers_of_a_gap_that_fell_apart_are_not_said_for_they_reach_beyond_the_area() -> None:
    (line,) = lines_of(gap(reason="resolved", still_missed=14))
    assert (
        line == "Onform Limited: workforce for December 2024: now not received from fewer practices, listed one by one"
    )


def test_rows_that_could_not_be_read_are_named_by_their_file_so_that_two_letters_about_them_differ() -> None:
    unread = {"kind": "row_rejected", "organisation_code": None, "organisations": 2, "found_by": "log.csv"}
    assert lines_of(fact(**unread)) == [
        "Workforce: rows of log.csv about 2 organisations could not be read, so what they say is not known"
    ]


KINDS = (
    "source_not_loaded", "source_incomplete", "suppressed", "could_not_check", "row_rejected", "no_longer_published",
    "late_return", "unexpected_row", "expectation_not_met", "parts_missing", "low_volume", "missing_return", "due_soon",
)  # fmt: skip
NO_SOURCE = "source_not_loaded"
OF_ALL_KINDS = [
    fact(
        item_id=f"{kind} {reason}", kind=kind, reason=reason, cause=NO_SOURCE if "source" in kind else "stopped",
        unread_rows=2, unread_row=1, unread_column=None, unread_reasons={"bad_date": 2}, found_by="upload/log.csv",
        parts_missing=None, records=None,
    )
    for kind in KINDS
    for reason in ("new", "longer", "changed", "reminder", "resolved")
]  # fmt: skip


@pytest.mark.parametrize("summary", [None, WEEK])
def test_no_kind_of_finding_brings_a_command_a_reference_or_a_word_of_the_machinery(summary: Summary | None) -> None:
    still = tuple(total(kind=kind, return_title=kind) for kind in KINDS[:-1])
    written = made(*OF_ALL_KINDS, gap(), gap(reason="resolved"), still_open=still, summary=summary)
    for text in (as_text(written), as_html(written)):
        for word in ("load", "monitor ", "monitor.toml", "`", "inbox", "reference", "breach", "fail", "refus"):
            assert word not in text.casefold().replace("source_not_loaded", "").replace("upload", ""), word


def practices(count: int, name: str = LONG_NAME) -> list[dict[str, Any]]:
    reasons = ("new", "longer", "changed", "resolved")
    return [
        fact(item_id=str(n), organisation_code=f"Z{n:05}", organisation_name=f"{name} {n}", reason=reasons[n % 4],
             return_code="online_and_video_consultations", status="received", periods=1 + n % 3)
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("count", [3, 40, 900])
def test_a_letter_is_at_most_60_lines_and_what_it_leaves_out_is_counted_and_attached(count: int) -> None:
    facts = practices(count)
    still = tuple(total(return_title=f"Return {n}", findings=9, organisations=9) for n in range(19))
    written = made(*facts, *(gap(item_id=f"g{n}") for n in range(9)), still_open=still)
    text = as_text(written)
    assert len(text.splitlines()) <= MOST_LINES
    assert height_on_a_phone(text) < 3 * 640
    shown = sum(len(part.entries) + part.left_out for part in written.parts)
    assert (shown, written.attached) == (count + 9, count > 3)
    assert all(f"and {part.left_out} more in the attached list" in text for part in written.parts if part.left_out)


def test_the_attached_list_is_of_practices_alone_and_names_no_finding() -> None:
    listed = list_of_rows(*rows_of([*practices(2), gap()]))
    assert "finding_id" not in listed.columns
    assert [row[2] for row in listed.rows] == ["Z00000", "Z00001"]
    written = made(*practices(900))
    mail = message(written, listed, "<1@e.org>", "a@e.org", ["b@e.org"], None, datetime.now(UTC), AS_OF)
    (file,) = mail.iter_attachments()
    assert file.get_filename() == f"practices-{AS_OF}.xlsx"
    assert openpyxl.load_workbook(io.BytesIO(file.get_content())).active.max_row == 3


def test_whom_to_ask_is_said_of_what_is_outstanding_and_in_the_list() -> None:
    asked = {"contact": "A. Example, 01632 960001"}
    facts = [
        fact(**asked),
        fact(organisation_code="Z9", reason="resolved", ended_by_label="May", **asked),
        gap(contact=None),
    ]
    said = [entry.ask for part in made(*facts).parts for entry in part.entries]
    assert said == ["", asked["contact"], ""]
    columns, rows = rows_of(facts)
    assert columns[-1] == "contact"
    assert {row[2]: row[-1] for row in rows} == {"Z99001": asked["contact"], "Z9": ""}
    assert "contact" not in rows_of([fact()])[0]


def test_a_line_names_as_many_people_as_it_has_room_for() -> None:
    people = [f"Person {n}, {'role of many words ' * 3}, person{n}@surgery.example" for n in range(5)]
    ((entry,),) = (part.entries for part in made(fact(contact="; ".join(people))).parts)
    assert entry.ask == f"{people[0]}; {people[1]}; and 3 others"


def test_contacts_are_for_managers_alone(tmp_path: Path) -> None:
    init_workspace(tmp_path / "workspace")
    route = '[[mail.route]]\nto = ["team@icb.test"]\nshow_contacts = true\n'
    (tmp_path / "workspace" / "monitor.toml").write_text(f"monitor_from = 2025-11-01\n{route}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="show_contacts with audience = 'manager' alone"):
        read_context(Workspace(tmp_path / "workspace"), lambda: NOW)


def test_practices_and_areas_link_to_their_pages_and_without_a_site_nothing_does() -> None:
    html = as_html(made(fact()))
    assert (
        '<a href="https://pages.example.org/returns/organisations/Z99001.html">Hill Street Surgery (Z99001)</a>' in html
    )
    assert "https://pages.example.org/returns/areas/icb/QAA.html" in as_text(made(fact()))
    page = "https://pages.example.org/returns/returns/workforce/2024-12-01.html"
    assert f'<a href="{page}">Onform Limited</a>' in as_html(made(gap()))
    without = made(fact(), sender=Sender("31 January 2025, 06:00"))
    assert "href" not in as_html(without)
    assert "http" not in as_text(without)


def test_text_and_html_say_the_same_and_what_came_from_a_file_is_escaped() -> None:
    nasty = '<script>alert(1)</script> & "Sons"'
    written = made(fact(organisation_name=nasty), gap(supplier=nasty), still_open=(total(organisation_name=nasty),))
    assert "<script>" not in as_html(written)
    assert as_html(written).count("&lt;script&gt;") >= 3
    for entry in (entry for part in written.parts for entry in part.entries):
        assert f"- {entry.name}: {entry.said}" in as_text(written)


SUBJECTS = {
    "a supplier": ([gap(), fact()], None, "Data returns: 1 supplier or area, 1 new. First: Onform Limited"),
    "one practice": ([fact()], None, "Data returns: 1 new. First: Hill Street Surgery (Z99001), workforce"),
    "only over": (
        [fact(reason="resolved", status="received")], None,
        "Data returns: 1 over. First: Hill Street Surgery (Z99001), workforce",
    ),
    "a week": ([], WEEK, "Data returns: week to 31 January 2025"),
    "a week without change": (
        [], Summary(date(2025, 1, 24), AS_OF), "Data returns: nothing changed since 24 January 2025",
    ),
    "everything": (
        [*practices(4000), *OF_ALL_KINDS, gap()], WEEK,
        "Data returns: week to 31 January 2025, 1 supplier or area, more",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "summary", "subject"), SUBJECTS.values(), ids=SUBJECTS)
def test_a_subject_says_how_much_and_where_to_begin(facts: list, summary: Summary | None, subject: str) -> None:
    written = made(*facts, summary=summary)
    assert written.subject == subject
    assert len(subject) < 70


def test_a_summary_says_what_changed_since_the_last_and_what_is_outstanding() -> None:
    text = as_text(made(still_open=(total(), total(findings=3, organisations=3)), summary=WEEK))
    assert "From 24 January 2025 to 31 January 2025, in earlier letters: 2 new, 1 over." in text
    assert (
        "Outstanding from earlier letters: GP practice workforce (NWRS): not received from Hill Street Surgery "
        "(Z99001) since September 2024; GP practice workforce (NWRS): not received from 3 organisations, the longest "
        "since September 2024 (Hill Street Surgery (Z99001))."
    ) in text


PRACTICES = {f"Z98{n:03}": "Z8A" if n <= 5 else "Z8B" for n in range(1, 9)}


def two_areas(folder: Path) -> Context:
    """A supplier with five practices here and three elsewhere, all of them without November; and a row of nobody's."""
    init_workspace(folder)
    (folder / "monitor.toml").write_text(
        """monitor_from = 2025-11-01
site_url = "https://pages.icb.test/index.html"
[[mail.route]]
to = ["head@icb.test"]
sub_icbs = ["Z8A"]
audience = "manager"
[[mail.route]]
to = ["lead@icb.test"]
sub_icbs = ["Z8A"]
audience = "manager"
show_contacts = true
[[mail.route]]
to = ["team@icb.test"]
""",
        encoding="utf-8",
    )
    heading = "organisation_code,organisation_name,contract_type,sub_icb_code,clinical_supplier"
    rows = [f"{code},Surgery {code},GMS,{area},Larch" for code, area in PRACTICES.items()]
    others = [f"Z97{n:03},Other {n},GMS,Z8A,Rowan" for n in range(1, 9)]
    write_csv(folder / "inbox" / "organisations.csv", "\n".join([heading, *rows, *others]))
    sent = [f"Z97{n:03},appointments,2025-11-01,2025-12-10T10:00:00,accepted" for n in range(1, 8)]
    log = ["organisation_code,return_code,period_start,submitted_at,outcome", *sent]
    write_csv(folder / "inbox" / "log.csv", "\n".join(log))
    contacts = [
        "organisation_code,supplier,name,role,email,phone",
        "Z97008,,A. Example,practice manager,manager@z97008.example,01632 960001",
        ",LARCH,Service desk,,desk@larch.example,",
    ]
    write_csv(folder / "inbox" / "contacts.csv", "\n".join(contacts))
    context = read_context(Workspace(folder), lambda: NOW, pause=lambda seconds: None)
    return replace(context, catalogue={"appointments": context.catalogue["appointments"]})


def test_a_run_writes_each_audience_its_letter_and_a_manager_only_the_numbers_of_the_own_area(tmp_path: Path) -> None:
    pipeline.run(two_areas(tmp_path / "workspace"), None, COUNTED_UNPUBLISHED)
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in tmp_path.rglob("outbox/*.eml")]
    letters = {mail["To"]: mail for mail in mails}
    manager, team = body_of(letters["head@icb.test"]), body_of(letters["team@icb.test"])
    assert "- Larch: appointments not received for November 2025 from 5 organisations" in manager
    assert "- Other 8 (Z97008): appointments not received for November 2025" in manager
    assert "https://pages.icb.test/areas/sub-icb/Z8A.html" in manager
    assert not list(letters["head@icb.test"].iter_attachments())
    assert "Larch, 8 organisations" in team
    lead = body_of(letters["lead@icb.test"])
    assert "from 5 organisations. Ask: Service desk, desk@larch.example" in lead
    assert "November 2025. Ask: A. Example, practice manager, manager@z97008.example, 01632 960001" in lead
    assert not [letter for letter in (manager, team) if "A. Example" in letter or "Service desk" in letter]
    assert team.count("reference ") >= 2


def to(recipients: str, more: str = "show_contacts = true") -> str:
    return f'[[mail.route]]\nto = [{recipients}]\naudience = "manager"\n{more}\n'


WAITING = {
    "asked for still": (to('"a@icb.test"'), to('"a@icb.test"'), True),
    "asked for no more": (to('"a@icb.test"'), to('"a@icb.test"', ""), False),
    "on no route any more": (to('"a@icb.test"'), to('"c@icb.test"'), False),
    "one of two asks no more": (
        to('"a@icb.test", "b@icb.test"'), to('"a@icb.test"') + to('"b@icb.test"', ""), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WAITING)
def test_a_letter_that_waits_names_people_only_while_all_its_readers_ask_for_it(what: str, tmp_path: Path) -> None:
    before, after, named = WAITING[what]
    context = two_areas(tmp_path / "workspace")
    toml = context.workspace.configuration
    settings = []
    for routes in (before, after):
        toml.write_text(f"monitor_from = 2025-11-01\n{routes}", encoding="utf-8")
        settings.append(read_context(context.workspace, lambda: NOW).settings)
    with writing(context, "a test") as store:
        pipeline.load_and_check(replace(context, settings=settings[0]), store, None, COUNTED_UNPUBLISHED)
        (waiting,) = outbox.waiting(store)
        assert b"A. Example" in waiting.message
        with transaction(store):
            withdraw_what_is_over(store, settings[1], NOW)
        (waiting,) = outbox.waiting(store)
    assert (b"A. Example" in waiting.message, b"Service desk" in waiting.message) == (named, named)


@needs_chromium
@pytest.mark.parametrize("count", [12, pytest.param(900, marks=pytest.mark.slow)])
def test_on_a_phone_both_letters_are_under_three_screens_and_never_scroll_sideways(tmp_path: Path, count: int) -> None:
    facts = practices(count)
    content = Content((), (), (ROUTE,))
    letters: dict[str, Letter | ManagerLetter] = {
        "manager": made(*facts, gap(), still_open=(total(),)),
        "data_team": that_fits([*facts, gap()], [total()], content, SENDER, AS_OF),
    }
    for name, written in letters.items():
        file = tmp_path / f"{name}.html"
        file.write_text(as_html(written), encoding="utf-8")
        with opened(file, 320, 640) as page:
            height, width = page.evaluate(
                "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
            )
            picture_of(page, f"letter-{name}-{count}")
        assert (height < 3 * 640, width) == (True, 320), (name, height)
