"""The site's numbers are those of SQL on the published copy, only what changed is written, no name can do harm."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
from asking import NOW, Monitor, new_workspace, write_csv
from browser import needs_chromium, opened
from pages_read import Asked, Tables, ask, asking_once_opened, site_of

from monitor import pipeline
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace
from monitor.pipeline import Stages
from monitor.report.site.status_tags import OUTCOMES

pytestmark = pytest.mark.pages


@pytest.fixture(scope="module")
def asked(demo_made_once: Path) -> Iterator[Asked]:
    with asking_once_opened(demo_made_once) as asked:
        yield asked


def grouped(rows: list[tuple]) -> dict[object, list[tuple]]:
    """Sorted rows by their first column, without it."""
    return {key: [row[1:] for row in group] for key, group in groupby(rows, itemgetter(0))}


def state_of(folder: Path) -> dict[str, tuple[int, int]]:
    """By file: what a change of it would change."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): (file.stat().st_ino, file.stat().st_mtime_ns) for file in files}


def changed(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def numbers(row: list[str]) -> tuple[int, ...]:
    return tuple(int(text.replace(",", "")) for text in row)


HOSTILE = {
    "Z98001": "<script>document.title='owned'</script>",
    "Z98002": "=cmd|' /C calc'!A0",
    "Z98003": "\u202egnihtemos \u2066else",
    "Z98004": "Long " * 60,
    "Z98005": """Dr "Quote" O'Brien & Sons""",
    "Z98006": "</a></td><img src=x onerror=document.title='owned'>",
    "Z98007": "{{ 7 * 7 }} {% raw %}",
}


AS_OF = date(2025, 12, 1)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, stages: Stages) -> Path:
    """A workspace after its run, of few organisations with names that mean harm. For tests that only read."""
    context = new_workspace(tmp_path_factory.mktemp("hostile") / "workspace")
    workspace = context.workspace.folder
    rows = ["organisation_code,organisation_name,sub_icb_code,telephony_supplier,pcn_code"]
    for code, name in HOSTILE.items():
        quoted = '"' + name.replace('"', '""') + '"'
        rows.append(f'{code},{quoted},"<b>CON</b>",{quoted},CON')
    file = workspace / "inbox" / "<i>who.csv"
    file = file if os.name != "nt" else workspace / "inbox" / "who.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    write_csv(
        workspace / "inbox" / "log.csv",
        """organisation_code,return_code,period_start,submitted_at,outcome,detail
           Z98001,digital_telephony,2025-09-01,2025-10-02T10:00:00,rejected,<script>alert(1)</script>""",
    )
    pipeline.run(context, AS_OF, stages)
    return workspace


@pytest.fixture
def small(hostile: Path, tmp_path: Path) -> Context:
    """A copy of the small workspace, to be changed at will."""
    return read_context(Workspace(shutil.copytree(hostile, tmp_path / "small")), lambda: NOW)


def test_the_counts_of_the_overview_are_those_of_the_view(demo_made_once: Path, asked: Asked) -> None:
    page = (site_of(demo_made_once) / "index.html").read_text(encoding="utf-8")
    shown = {
        words: int(count.replace(",", "")) for words, count in re.findall(r"<dt>(.*?)</dt><dd>([\d,]+)</dd>", page)
    }
    by_status = dict(asked("SELECT status, count(*) FROM return_status GROUP BY status"))
    named = {words: by_status.pop(status, 0) for status, words in OUTCOMES.items() if status != "other"}
    assert shown == {**named, "Other": sum(by_status.values())}


def test_every_return_shows_its_periods_with_the_counts_of_the_view(demo_made_once: Path, asked: Asked) -> None:
    counted = grouped(
        asked(
            """SELECT return_code, period_label, count(*), count(*) FILTER (status = 'received'),
                      count(*) FILTER (status = 'received_late'), count(*) FILTER (status = 'not_received'),
                      count(*) FILTER (status = 'rejected'), count(*) FILTER (status = 'not_known')
               FROM return_status JOIN mandatory_return USING (return_code)
               WHERE period <> 'request' GROUP BY ALL ORDER BY return_code"""
        )
    )
    returns = asked("SELECT return_code FROM mandatory_return WHERE period <> 'request'")
    assert len(returns) == 17
    for (code,) in returns:
        tables = Tables(site_of(demo_made_once) / "returns" / f"{code}.html").found
        shown = {row[0]: numbers(row[2:9]) for row in tables.get("Received and not received, by period", [])[1:]}
        expected = counted.get(code, [])
        assert shown == {label: (*counts, counts[0] - sum(counts[1:])) for label, *counts in expected}


def test_every_page_of_a_period_lists_the_missed_with_cause_due_date_and_days(
    demo_made_once: Path, asked: Asked
) -> None:
    missed = grouped(
        asked(
            """SELECT return_code || '/' || period_start AS page,
                      organisation_name || ' (' || organisation_code || ')',
                      CAST(day(due_on) AS VARCHAR) || strftime(due_on, ' %B %Y'), CAST(days_overdue AS VARCHAR)
               FROM missed_return WHERE request_id IS NULL ORDER BY ALL"""
        )
    )
    assert len(missed) > 20
    for page, expected in missed.items():
        tables = Tables(site_of(demo_made_once) / "returns" / f"{page}.html").found
        (rows,) = [rows for caption, rows in tables.items() if caption.endswith("not received from")]
        places = [rows[0].index(name) for name in ("Organisation", "Due on", "Days overdue")]
        assert sorted(tuple(row[place] for place in places) for row in rows[1:]) == expected


@pytest.mark.parametrize(("kind", "areas"), [("icb", 1), ("sub-icb", 2), ("pcn", 8)])
def test_every_area_counts_what_the_view_has_of_it(demo_made_once: Path, asked: Asked, kind: str, areas: int) -> None:
    column = f"{kind.replace('-', '_')}_code"
    counted = grouped(
        asked(
            f"""SELECT s.{column}, s.return_title, s.period_label,
                       CASE WHEN bool_and(s.status = 'not_required') THEN 'not required'
                            WHEN bool_or(s.status = 'not_due') THEN 'not yet due' || coalesce(
                                ', ' || nullif(count(*) FILTER (s.status[:8] = 'received'), 0) || ' in', '')
                            ELSE count(*) FILTER (s.is_missed) || ' of '
                                 || count(*) FILTER (s.status <> 'not_required') END
                FROM return_status AS s JOIN mandatory_return AS r USING (return_code)
                WHERE r.period = 'month' AND s.{column} IS NOT NULL GROUP BY ALL ORDER BY s.{column}"""
        )
    )
    assert len(counted) == areas
    for code, expected in counted.items():
        months = Tables(site_of(demo_made_once) / "areas" / kind / f"{code}.html").found["Monthly returns"]
        titles = months[0][1:]
        shown = {
            (title, row[0]): text for row in months[1:] for title, text in zip(titles, row[1:], strict=True) if text
        }
        assert shown == {(title, label): words for title, label, words in expected}


def test_a_heat_map_has_a_letter_for_each_expected_return(demo_made_once: Path, asked: Asked) -> None:
    ((_, rows),) = Tables(site_of(demo_made_once) / "areas" / "icb" / "QZ9" / "workforce.html").found.items()
    shown = {
        (row[0].split()[0], label): letter
        for row in rows[1:]
        for label, letter in zip(rows[0][1:], row[1:], strict=True)
        if letter
    }
    letters = {
        "received": "R", "received_late": "L", "not_received": "N", "rejected": "X", "not_required": "–",
        "not_due": "○",
    }  # fmt: skip
    expected = asked(
        """SELECT organisation_code, period_label, status
           FROM return_status WHERE return_code = 'workforce' AND icb_code = 'QZ9'""",
    )
    assert shown == {(code, label): letters[status] for code, label, status in expected}


def test_every_organisation_has_its_page_with_all_that_is_missing_and_every_file_and_row(
    demo_made_once: Path, asked: Asked
) -> None:
    organisations = asked("SELECT DISTINCT organisation_code FROM return_status")
    assert len(organisations) == 70
    missed = dict(asked("SELECT organisation_code, count(*) FROM missed_return GROUP BY ALL"))
    named = "SELECT organisation_code, file_name || ' row ' || row_number FROM submission ORDER BY organisation_code"
    sent = grouped(asked(named))
    for (code,) in organisations:
        tables = Tables(site_of(demo_made_once) / "organisations" / f"{code}.html").found
        missing = tables.get("Not received or rejected, the latest period first", [[]])[1:]
        assert len(missing) == missed.get(code, 0)
        arrived = {row[-1] for row in tables.get("What arrived, the latest first", [[]])[1:]}
        assert arrived == {name for (name,) in sent.get(code, [])}


def test_the_overview_lists_whom_to_contact_as_the_view_has_them(demo_made_once: Path, asked: Asked) -> None:
    tables = Tables(site_of(demo_made_once) / "index.html").found
    heading, *rows = tables["Outstanding, and no gap explains it: the longest first"]
    assert heading == ["Who", "PCN", "List size", "What", "Not received since", "For", "Likely cause"]
    shown = {(row[0], row[3], int(row[5].split()[0]), row[2].replace(",", "")) for row in rows}
    expected = asked(
        """SELECT a.organisation_name || ' (' || a.organisation_code || ')', a.return_title, a.periods,
                  coalesce(CAST(s.list_size AS VARCHAR), '')
           FROM absence AS a
           JOIN return_status AS s ON s.absence_id = a.absence_id AND s.period_start = a.last_period_start
           WHERE a.is_open"""
    )
    assert len(expected) == len(rows) == 20
    assert shown == set(expected)
    lengths = [int(row[5].split()[0]) for row in rows]
    assert lengths == sorted(lengths, reverse=True)


def test_shares_and_their_changes_on_the_overview_are_those_of_the_view(demo_made_once: Path, asked: Asked) -> None:
    tables = Tables(site_of(demo_made_once) / "index.html").found
    rows = tables["Each return: the share received in the latest period that is past due"][1:]
    shown = {row[0]: (row[1], row[3], row[4].replace("−", "-").replace("+", "")) for row in rows}
    expected = asked(
        """WITH by_period AS (
               SELECT return_title, period_start, period_label,
                      round(100.0 * sum(actual) / nullif(sum(expected) - sum(not_known), 0), 1) AS share
               FROM reporting_rate JOIN mandatory_return USING (return_code, return_title)
               WHERE period = 'month' AND due_on < (SELECT as_of FROM last_check) GROUP BY ALL
           )
           SELECT return_title, period_label, printf('%.1f%%', share),
                  printf('%.1f', share - lag(share) OVER (PARTITION BY return_title ORDER BY period_start))
           FROM by_period QUALIFY row_number() OVER (PARTITION BY return_title ORDER BY period_start DESC) = 1"""
    )
    assert len(expected) == 4
    for title, *said in expected:
        assert shown[title] == tuple(said)
    assert shown["National Diabetes Audit"] == ("July to September 2024", "not known", "")
    # Of the later requests one is not required, and one has no due date.
    assert shown["Information reasonably requested by the commissioner"][:2] == ("asked for in September 2024", "0.0%")


def test_every_page_of_rates_has_those_of_the_view_by_icb_sub_icb_and_pcn(demo_made_once: Path, asked: Asked) -> None:
    sums = f"""sum(actual), sum(expected), {rate_of("sum(actual)", "sum(expected) - sum(not_known)")},
              sum(actual_on_time), {rate_of("sum(actual_on_time)", "sum(expected) - sum(not_known)", "''")},
              sum(missed), sum(not_known), sum(not_yet_due),
              {rate_of("sum(patients_covered)", "sum(patients)", "''")}"""
    captions = {"icb_code": "ICB", "sub_icb_code": "Sub-ICB", "pcn_code": "PCN"}
    of_page = """return_code || '/rate-' || CASE WHEN m.period = 'request'
                     THEN CAST(date_trunc('month', period_start) AS DATE) ELSE period_start END AS page"""
    for column, word in captions.items():
        expected = grouped(
            asked(
                f"""SELECT {of_page}, coalesce({column}, 'in no {word}, or not known'), {sums}
                    FROM reporting_rate JOIN mandatory_return AS m USING (return_code)
                    GROUP BY page, {column} ORDER BY page, {column} NULLS LAST"""
            )
        )
        assert len(expected) > 50
        for page, rows in expected.items():
            tables = Tables(site_of(demo_made_once) / "returns" / f"{page}.html").found
            shown = tables[f"By {word}, as on the last day of the period"][1:]
            assert [row[1:] for row in shown] == [[as_shown(value) for value in row] for _, *row in rows]
            assert all(said[0].startswith(code) for said, (code, *_) in zip(shown, rows, strict=True))


WHY_NO_RATE = """CASE WHEN sum(not_known) > 0 THEN 'not known' WHEN max(due_on) IS NULL THEN 'no due date'
                  ELSE 'not yet due' END"""


def rate_of(part: str, whole: str, otherwise: str = WHY_NO_RATE) -> str:
    """A rate as pages show it; where nothing came and nothing is missed, why there is none."""
    rate = f"printf('%.1f%%', round(100.0 * {part} / nullif({whole}, 0), 1))"
    return f"CASE WHEN sum(actual + missed) > 0 THEN coalesce({rate}, '') ELSE {otherwise} END"


def as_shown(value: int | str) -> str:
    """A number, or a rate in words, of a page of rates."""
    return value if isinstance(value, str) else f"{value:,}"


def test_the_rates_of_all_are_those_that_the_view_adds_up_to(demo_made_once: Path, asked: Asked) -> None:
    rows = Tables(site_of(demo_made_once) / "rates.html").found["Each return, in the latest period that is past due"]
    shown = {(row[0], row[1]): [row[2], row[3], row[4], row[10]] for row in rows[1:]}
    expected = asked(
        f"""SELECT return_title, period_label, sum(actual), sum(expected),
                  {rate_of("sum(actual)", "sum(expected) - sum(not_known)")},
                  {rate_of("sum(patients_covered)", "sum(patients)", "''")}
           FROM reporting_rate JOIN mandatory_return USING (return_code, return_title)
           WHERE period <> 'request' GROUP BY ALL"""
    )
    of_view = {(title, label): [as_shown(value) for value in row] for title, label, *row in expected}
    periodic = {key: said for key, said in shown.items() if key in of_view}
    assert len(periodic) > 8
    assert periodic == {key: of_view[key] for key in periodic}


def test_the_networks_are_those_of_the_view_in_its_numbers(demo_made_once: Path, asked: Asked) -> None:
    tables = Tables(site_of(demo_made_once) / "networks.html").found
    rows = tables["Primary care networks, those with the lowest reporting rate first"][1:]
    shown = [(row[0].split("(")[1].rstrip(")"), *row[2:11]) for row in rows]
    expected = asked(
        """SELECT pcn_code, practices, patients, due, received, printf('%.1f%%', reporting_rate),
                  printf('%.1f%%', on_time_rate), missed, not_known, organisations_absent
           FROM pcn_summary ORDER BY reporting_rate, pcn_code"""
    )
    assert shown == [(code, *(f"{one:,}" if isinstance(one, int) else one for one in row)) for code, *row in expected]


def test_absences_stand_once_an_organisation_and_return_on_their_pages(demo_made_once: Path, asked: Asked) -> None:
    site, caption = site_of(demo_made_once), "Outstanding, the longest first"
    absences = grouped(
        asked(
            """SELECT organisation_code, return_title, periods, action FROM absence
               WHERE is_open ORDER BY organisation_code, periods DESC, return_code"""
        )
    )
    for code, expected in absences.items():
        rows = Tables(site / "organisations" / f"{code}.html").found[caption][1:]
        assert [(row[0], int(row[2].split()[0]), row[5]) for row in rows] == expected
    (all_,) = asked("SELECT count(*) FROM absence WHERE is_open")
    assert (len(Tables(site / "areas" / "icb" / "QZ9.html").found[caption]) - 1,) == all_


@pytest.mark.slow
def test_a_second_run_writes_no_file_of_the_site(demo: Path, monitor: Monitor) -> None:
    before = state_of(site_of(demo))
    assert "Pages to look at:" in monitor("run", "-w", demo).out
    assert monitor("report", "-w", demo).out == f"{site_of(demo) / 'index.html'}: 0 files written, 0 removed\n"
    assert state_of(site_of(demo)) == before


@pytest.mark.slow
def test_one_submission_more_changes_the_pages_that_it_is_on_and_no_others(demo: Path, monitor: Monitor) -> None:
    before = state_of(site_of(demo))
    write_csv(
        demo / "inbox" / "late.csv",
        """organisation_code,return_code,period_start,submitted_at,outcome
           Z99017,workforce,2024-09-01,2025-01-30T10:00:00,accepted""",
    )
    monitor("run", "-w", demo)
    own = {file for file in changed(before, state_of(site_of(demo))) if not file.startswith("data_docs/")}
    assert own == {
        "index.html", "action.html", "assets/edition.js", "assets/made_from.json", "returns/workforce.html",
        "returns/workforce/action-1.html",
        "returns/workforce/2024-09-01.html", "returns/workforce/2024-10-01.html", "returns/workforce/2024-11-01.html",
        "returns/workforce/2024-12-01.html", "returns/workforce/rate-2024-09-01.html", "networks.html",
        "areas/icb/QZ9.html", "areas/icb/QZ9/workforce.html", "areas/sub-icb/Z1A.html",
        "areas/sub-icb/Z1A/workforce.html", "areas/pcn/U99003.html", "organisations/Z99017.html",
    }  # fmt: skip


# What a browser counts anew: days overdue, and up to which day they are counted without scripts.
COUNTED = re.compile(rb"(?<=data-from=)([0-9-]+)>[0-9,]+|<noscript>.*</noscript>")


def pages_of(site: Path) -> dict[str, bytes]:
    """Every file but the one that says what the pages were made from and when they were written; no days counted."""
    return {
        str(file.relative_to(site)): COUNTED.sub(rb"\1", file.read_bytes())
        for file in site.rglob("*")
        if file.is_file() and file.name != "made_from.json"
    }


# What is dropped, and whose pages it changes.
SENT = """organisation_code,return_code,period_start,submitted_at,outcome
          Z98001,digital_telephony,2025-09-01,2025-11-30T10:00:00,accepted"""
REJECTED = SENT.replace("2025-11-30T10:00:00", "as soon as possible")
RENAMED = "organisation_code,organisation_name\nZ98002,Another Name"
PARTICIPATES = "organisation_code,return_code,state,from_on\nZ98003,workforce,accepted,2025-09-01"
NOTICE = "notice_id,return_code,kind,period_start,scope,reason\nN1,workforce,incident,2025-09-01,national,a test"
CHANGES = {
    "a submission": (SENT, {"Z98001"}), "a row that cannot be read": (REJECTED, {"Z98001"}),
    "a name": (RENAMED, {"Z98002"}), "participation": (PARTICIPATES, {"Z98003"}), "a notice": (NOTICE, set(HOSTILE)),
}  # fmt: skip


@pytest.mark.one_in(len(CHANGES))
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_left_alone_is_as_it_would_be_made_from_nothing(small: Context, stages: Stages, change: str) -> None:
    site, (dropped, changed_pages) = small.workspace.site, CHANGES[change]
    before = state_of(site)
    write_csv(small.workspace.folder / "inbox" / "one_more.csv", dropped)
    pipeline.run(small, AS_OF, stages)
    written = {file for file in changed(before, state_of(site)) if file.startswith("organisations/")}
    assert written == {f"organisations/{code}.html" for code in changed_pages}
    built = pages_of(site)
    shutil.rmtree(site)
    pipeline.report(small)
    assert pages_of(site) == built


def test_people_of_a_contacts_file_are_on_the_pages_only_where_that_is_set(small: Context, stages: Stages) -> None:
    folder, site = small.workspace.folder, small.workspace.site
    write_csv(
        folder / "inbox" / "contacts.csv",
        "organisation_code,name,role,phone\nZ98005,A. Example,practice manager,01632 960001",
    )
    pipeline.run(small, AS_OF, stages)
    assert not [file for file in site.rglob("*.html") if "01632 960001" in file.read_text(encoding="utf-8")]
    toml = folder / "monitor.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + "\n[site]\nshow_contacts = true\n", encoding="utf-8")
    pipeline.report_news(read_context(small.workspace, lambda: NOW))
    named = {file.name for file in site.rglob("*.html") if "01632 960001" in file.read_text(encoding="utf-8")}
    overdue = ask(folder, "SELECT count(*) FROM absence WHERE is_open AND organisation_code = 'Z98005'") != [(0,)]
    assert named == {"Z98005.html"} | ({"index.html"} if overdue else set())


@pytest.mark.one_in(5)
@pytest.mark.parametrize("kept", ["altered pages", "", "[]", '{"organisation Z98001": 1}', '{"icb x": ["", {"a": 1}]}'])
def test_what_is_kept_of_the_pages_is_not_trusted_where_it_differs(small: Context, kept: str) -> None:
    site = small.workspace.site
    good = pages_of(site)
    (site / "organisations" / "Z98001.html").write_text("altered", encoding="utf-8")
    (site / "organisations" / "Z98003.html").unlink()
    if kept != "altered pages":
        (site / "assets" / "made_from.json").write_text(kept, encoding="utf-8")
    pipeline.report(small)
    assert pages_of(site) == good


@pytest.mark.slow
def test_a_damaged_page_is_mended_and_pages_of_what_is_gone_are_removed(small: Context) -> None:
    site = small.workspace.site
    good = (site / "method.html").read_bytes()
    (site / "method.html").write_text("half a pa", encoding="utf-8")
    (site / "organisations" / "Z00000.html").write_text("gone", encoding="utf-8")
    (site / "notes.txt").write_text("somebody's own", encoding="utf-8")
    (site / "data_docs").mkdir(exist_ok=True)
    (site / "data_docs" / "index.html").write_text("made elsewhere", encoding="utf-8")
    pipeline.report(small)
    again = pipeline.report(small)
    assert (again.written, again.removed) == (0, 0)
    assert not (site / "organisations" / "Z00000.html").exists()
    assert (site / "notes.txt").read_text(encoding="utf-8") == "somebody's own"
    mended = (site / "method.html").read_text(encoding="utf-8")
    assert '<a href="data_docs/index.html">' in mended
    assert "data_docs" not in good.decode("utf-8")
    further = r"<h2[^>]*>Further</h2>\n<ul[^>]*>.*?</ul>\n"
    assert re.sub(further, "", mended) == re.sub(further, "", good.decode("utf-8"))


@pytest.mark.slow
def test_a_site_built_into_no_folder_is_not_built_a_second_time(small: Context) -> None:
    shutil.rmtree(small.workspace.site)
    pipeline.report(small)
    before = state_of(small.workspace.site)
    pipeline.report(small)
    assert state_of(small.workspace.site) == before


@pytest.mark.slow
def test_a_build_that_was_cut_short_is_done_again_by_the_next_run(small: Context, stages: Stages) -> None:
    site = small.workspace.site
    (site / "assets" / "edition.js").unlink()
    (site / "organisations" / "Z98001.html").unlink()
    pipeline.run(small, AS_OF, stages)
    assert (site / "organisations" / "Z98001.html").is_file()
    assert (site / "assets" / "edition.js").is_file()


@pytest.mark.slow
def test_a_site_that_cannot_be_written_is_told_and_the_run_stands(small: Context, monitor: Monitor) -> None:
    folder, site = small.workspace.folder, small.workspace.site
    (site / "method.html").unlink()
    (site / "method.html").mkdir()  # a folder cannot be replaced by a file: as a full disk, whoever runs it
    (site / "assets" / "edition.js").unlink()
    answer = monitor("run", "-w", folder, "--as-of", AS_OF)
    assert answer.code == 4
    assert "The pages could not be updated; the next run will do it:" in answer.out
    assert ask(folder, "SELECT count(*) > 0 FROM return_status") == [(True,)]
    (site / "method.html").rmdir()
    again = monitor("run", "-w", folder, "--as-of", AS_OF)
    assert again.code == 0
    assert "could not be updated" not in again.out
    assert (site / "method.html").is_file()


def test_before_anything_is_published_report_says_what_to_do(workspace: Path, monitor: Monitor) -> None:
    answer = monitor("report", "-w", workspace)
    assert answer.code == 2
    assert "nothing has been published yet" in answer.err
    assert "run `monitor run` first" in answer.err


@pytest.mark.slow
def test_an_empty_workspace_has_pages_that_say_so(workspace: Path, monitor: Monitor) -> None:
    assert monitor("run", "-w", workspace).code == 0
    site = site_of(workspace)
    assert "Nothing was received, and nothing is past due." in (site / "index.html").read_text(encoding="utf-8")
    assert "Nothing is expected yet." in (site / "returns" / "workforce.html").read_text(encoding="utf-8")
    assert (site / "assets" / "organisations.js").read_text(
        encoding="utf-8"
    ) == "window.monitorOrganisations = [\n\n];\n"


def test_names_that_mean_harm_stand_on_the_pages_as_text(hostile: Path) -> None:
    site = site_of(hostile)
    pages = [file.read_text(encoding="utf-8") for file in site.rglob("*.html")]
    assert len(pages) > 30
    own_scripts = ("edition.js", "site.js", "organisations.js")
    for page in pages:
        scripts = re.findall(r"<script[^>]*>", page)
        assert all(any(name in script for name in own_scripts) for script in scripts)
        assert not re.search(r"<img|<i>|<b>|onerror=[^&]*'>|\u202e|\u2066", page)
    said = Tables(site / "returns" / "digital_telephony" / "2025-09-01.html").found
    names = {row[0] for caption, rows in said.items() if caption.endswith("not received from") for row in rows[1:]}
    shown = {
        **HOSTILE, "Z98003": "\ufffdgnihtemos \ufffdelse", "Z98004": ("Long " * 60)[:119] + "…",
    }  # fmt: skip
    assert names == {f"{name.strip()} ({code})" for code, name in shown.items()}


@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 1280])
def test_names_that_mean_harm_do_none_in_a_browser(hostile: Path, width: int) -> None:
    site = site_of(hostile)
    with opened(site / "search.html", width) as page:
        page.locator("#find").fill("z9800")
        assert page.locator("#found a").count() == len(HOSTILE)
        assert page.locator("#found a").first.text_content() == f"{HOSTILE['Z98001']} (Z98001)"
        assert page.title() != "owned"
        for place in ("returns/digital_telephony/2025-09-01.html", "organisations/Z98001.html"):
            page.goto((site / place).as_uri())
            assert page.title() != "owned"
            assert page.locator("main img, main script, main iframe").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_codes_that_are_no_names_of_files_are_not_used_as_such(hostile: Path) -> None:
    site = site_of(hostile)
    stems = {file.stem for file in (site / "areas").rglob("*.html")}
    assert not any(re.search(r"[<>/\\:]", stem) or stem.upper() == "CON" for stem in stems)
    script = (site / "assets" / "organisations.js").read_text(encoding="utf-8")
    listed = json.loads(script.partition("=")[2].rstrip("\n;"))
    assert [one[0] for one in listed] == sorted(HOSTILE)
    assert "<" not in script
    links = {
        (file.parent / target).resolve()
        for file in site.rglob("*.html")
        for target in re.findall(r'href="?([^">#?]+)', file.read_text(encoding="utf-8"))
        if not target.startswith("data:")
    }
    assert {link for link in links if not link.is_file()} == set()
