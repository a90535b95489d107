"""What the site says of before, during and after collective action is what SQL says on the published copy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from asking import new_workspace, write_two_practices
from pages_read import Asked, Tables, asking_once_opened, site_of

from benchmarks.stages import no_documents
from monitor import pipeline
from monitor.config.context import read_context
from monitor.pipeline import Stages
from monitor.report.site.action_words import READINGS, TOO_FEW, interval, percent, points
from monitor.report.site.pages import named
from monitor.returns.action_rounds import ten_actions
from monitor.returns.periods import day_label

pytestmark = pytest.mark.pages
ACTION = "GPC England collective action 2024/25"
COUNTS = "expected, not_known, in_shared_gap, judged, not_received, rate, rate_low, rate_high"
ORDER = "CASE phase WHEN 'before' THEN 1 WHEN 'during' THEN 2 ELSE 3 END"
Key = tuple[str, str, str | None]  # title of the return, kind of group, code of the group
GROUPS = {"By supplier": "supplier", "By ICB": "icb", "By PCN": "pcn"}


def counts_in_words(row: tuple) -> list[str]:
    """The cells of a phase: five counts, the rate and its interval."""
    *counts, rate, low, high = row
    shown = [percent(rate), interval({"judged": 1, "rate_low": low, "rate_high": high})] if counts[3] else ["", ""]
    return [*(f"{count:,}" for count in counts), *shown]


def rate_in_words(row: tuple | None) -> str:
    if row is None:
        return "nothing due"
    _, not_known, shared, judged, not_received, rate, low, high = row
    said = f"{rate:.1%} ({low * 100:.1f} to {high * 100:.1f}), {not_received} of {judged}" if judged else "none judged"
    apart = [f"{shared} in shared gaps"] * bool(shared) + [f"{not_known} not known"] * bool(not_known)
    return said + (f"apart: {', '.join(apart)}" if apart else "")


def change_in_words(row: tuple | None) -> list[str]:
    if row is None:
        return ["0", "", "nothing to compare"]
    organisations, change, low, high, reading = row
    ends = f" ({points(low)} to {points(high)})" if low is not None else ""
    return [str(organisations), points(change, with_plus=True) + ends, reading]


@dataclass(frozen=True)
class Views:
    """The rows of action_rate and action_change, by title of the return, kind of group and code of the group."""

    rates: dict[Key, dict[str, tuple]]
    changes: dict[Key, tuple]

    def phases(self, kind: str, code: str | None = None) -> dict[str, dict[str, tuple]]:
        return {key[0]: phases for key, phases in self.rates.items() if key[1:] == (kind, code)}

    def changes_of(self, kind: str, code: str | None = None) -> dict[str, tuple]:
        return {key[0]: change for key, change in self.changes.items() if key[1:] == (kind, code)}

    def groups(self, kind: str, title: str | None = None) -> list[str]:
        """The codes of a kind of group: of one return, or of any."""
        return sorted({key[2] or "" for key in self.rates if key[1] == kind and title in (None, key[0])})


@pytest.fixture(scope="module")
def asked(demo_made_once: Path) -> Iterator[Asked]:
    with asking_once_opened(demo_made_once) as asked:
        yield asked


@pytest.fixture(scope="module")
def views(asked: Asked) -> Views:
    groups = "return_title, group_kind, group_code"
    rates: dict[Key, dict[str, tuple]] = {}
    for row in asked(
        f"""SELECT {groups}, phase, {COUNTS} FROM action_rate JOIN mandatory_return USING (return_code)
            ORDER BY return_title, {ORDER}"""
    ):
        rates.setdefault(row[:3], {})[row[3]] = row[4:]
    changes = asked(
        f"""SELECT {groups}, organisations, change, change_low, change_high, reading
            FROM action_change JOIN mandatory_return USING (return_code)"""
    )
    return Views(rates, {row[:3]: row[3:] for row in changes})


def expected_rows(rates: dict[str, dict[str, tuple]], found: dict[str, tuple]) -> list[list[str]]:
    """The rows of a table of groups; without changes where no group has enough organisations."""
    is_told = any(change[-1] != TOO_FEW for change in found.values())
    return [
        [
            title,
            *(rate_in_words(rows.get(phase)) for phase in ("before", "during", "after")),
            *(change_in_words(found.get(title)) if is_told else []),
        ]
        for title, rows in rates.items()
    ]


def test_the_page_of_all_periods_has_every_return_with_rates_counts_and_changes(
    demo_made_once: Path, views: Views
) -> None:
    tables = Tables(site_of(demo_made_once) / "action.html").found
    rates = views.phases("all")
    assert len(rates) == 11
    assert tables[f"Share not received, {ACTION}"][1:] == expected_rows(rates, views.changes_of("all"))
    assert tables[f"The counts behind it, {ACTION}"][1:] == [
        [title, phase, *counts_in_words(row)] for title, rows in rates.items() for phase, row in rows.items()
    ]


def test_its_summary_counts_the_readings(demo_made_once: Path, views: Views) -> None:
    page = (site_of(demo_made_once) / "action.html").read_text(encoding="utf-8")
    assert f"{ACTION}, from 1 August 2024 to 27 February 2025</h2>" in page
    found = Counter(change[-1] for change in views.changes_of("all").values())
    assert found == {"no change that chance would not explain": 3}
    assert set(found) <= set(READINGS)
    words = (
        "Of 11 returns with a due date that has passed: no change that chance would not explain: 3; "
        "nothing to compare with: 8."
    )
    assert f"<p>{words}</p>" in page


def test_each_return_has_its_phases_suppliers_icbs_and_pcns(demo_made_once: Path, asked: Asked, views: Views) -> None:
    looked_at = 0
    for title, rates in views.phases("all").items():
        ((code,),) = asked("SELECT return_code FROM mandatory_return WHERE return_title = ?", title)
        own = Tables(site_of(demo_made_once) / "returns" / f"{code}.html").found
        more = Tables(site_of(demo_made_once) / "returns" / code / "action-1.html").found
        rows = [[phase, *counts_in_words(row)] for phase, row in rates.items()]
        assert own[f"Share not received, {ACTION}"][1:] == more[f"Share not received, {ACTION}"][1:] == rows
        for caption, kind in GROUPS.items():
            groups = views.groups(kind, title)
            shown = more.get(caption, [[]])[1:]
            told = {group: views.changes.get((title, kind, group)) for group in groups}
            is_told = any(change and change[-1] != TOO_FEW for change in told.values())
            assert len(shown) == len(groups)
            for group, row in zip(groups, shown, strict=True):
                assert group in row[0]
                of_group = views.rates[title, kind, group]
                cells = [rate_in_words(of_group.get(phase)) for phase in ("before", "during", "after")]
                assert row[1:] == [*cells, *(change_in_words(told[group]) if is_told else [])]
                looked_at += 1
    assert looked_at == sum(kind != "all" for _title, kind, _code in views.rates)


def test_each_icb_and_pcn_has_its_returns(demo_made_once: Path, views: Views) -> None:
    for kind in ("icb", "pcn"):
        for code in views.groups(kind):
            tables = Tables(site_of(demo_made_once) / "areas" / kind / f"{code}.html").found
            shown = tables[f"{ACTION}, from 1 August 2024 to 27 February 2025"][1:]
            assert shown == expected_rows(views.phases(kind, code), views.changes_of(kind, code))


def test_what_stopped_is_told_by_dates_only(demo_made_once: Path, asked: Asked) -> None:
    rows = asked(
        """SELECT p.return_code, p.organisation_name, p.organisation_code, r.period_label, p.due_on
           FROM stopped_in_action AS p JOIN return_status AS r USING (return_code, organisation_code, period_start)
           ORDER BY p.due_on, p.organisation_code""",
    )
    assert len(rows) == 10
    for code in {row[0] for row in rows}:
        tables = Tables(site_of(demo_made_once) / "returns" / code / "action-1.html").found
        expected = [[named(name, who), label, day_label(due)] for of, name, who, label, due in rows if of == code]
        (caption,) = [caption for caption in tables if caption.startswith("Received three times in a row, then not: ")]
        assert tables[caption] == [["Organisation", "Period", "Due on"], *expected]


def test_each_return_names_the_actions_of_its_file_as_a_hint_for_planning(demo_made_once: Path) -> None:
    telephony = (site_of(demo_made_once) / "returns" / "digital_telephony.html").read_text(encoding="utf-8")
    part = telephony.partition('id="hints">')[2].partition("<h2")[0]
    assert re.findall(r"<dt[^>]*>Action ([\w-]+)</dt>", part) == ["6", "7", "9", "2026-1"]
    assert ten_actions().actions["6"] in part
    assert "A hint for planning. Nothing is inferred from it about any organisation" in part
    assert "PRN01459, paragraph 6" in part
    workforce = (site_of(demo_made_once) / "returns" / "workforce.html").read_text(encoding="utf-8")
    assert "<p>None is noted.</p>" in workforce.partition('id="hints">')[2].partition("<h2")[0]


def test_no_page_of_an_organisation_has_anything_of_it(demo_made_once: Path) -> None:
    pages = (site_of(demo_made_once) / "organisations").glob("*.html")
    texts = [page.read_text(encoding="utf-8").partition("<main")[2] for page in pages]
    assert len(texts) == 70
    assert [text for text in texts if "collective action" in text.lower()] == []


def action_page(folder: Path, settings: str, as_of: date, stages: Stages) -> str:
    """The page of a workspace of two practices, of whom one return is expected."""
    context = new_workspace(folder)
    write_two_practices(folder)
    with context.workspace.configuration.open("a", encoding="utf-8") as written:
        written.write(settings)
    context = read_context(context.workspace, context.clock)
    one = {"workforce": context.catalogue["workforce"]}
    pipeline.run(replace(context, catalogue=one), as_of, replace(stages, documents=no_documents))
    return (site_of(folder) / "action.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_without_a_period_one_sentence_says_how_to_set_one(tmp_path: Path, stages: Stages) -> None:
    page = action_page(tmp_path / "workspace", "", date(2026, 1, 15), stages)
    assert page.partition("<main")[2].count("<h2") == 0
    assert "No period is set: add <code>[[collective_action]]</code> with <code>name</code>, <code>start</code>" in page


@pytest.mark.slow
def test_a_period_in_which_nothing_was_due_yet_says_so(tmp_path: Path, stages: Stages) -> None:
    a_round = '[[collective_action]]\nname = "<b>A round</b>"\nstart = 2026-02-01\n'
    page = action_page(tmp_path / "workspace", a_round, date(2025, 11, 2), stages)
    assert ">&lt;b&gt;A round&lt;/b&gt;, from 1 February 2026 on, still open</h2>" in page
    assert "Nothing past its due date has been checked yet." in page
