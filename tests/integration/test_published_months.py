"""The 12 published months of online consultations: events, clusters, rates, changes, charts. docs/published_months.md
is what is found here, table by table, so that it can be checked by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
from asking import NOW, SHARED_DATA, Show

from benchmarks.stages import COUNTED
from monitor.cli.app import main
from monitor.config.workspace import init_workspace

PAGE = Path(__file__).parents[2] / "docs" / "published_months.md"
SETTINGS = """
monitor_from = 2024-04-01
[[collective_action]]
name = "2024/25"
start = 2024-08-01
end = 2025-02-27
"""
AS_OF = "2025-05-31"

# A practice that had submissions in one month and none in the next, by the supplier of the month before. A cluster: of
# a supplier so many in one month, and so large a share of its practices with submissions in the month before.
EVENT = """
WITH sent AS (
    SELECT organisation_code, period_start, supplier, submissions > 0 AS has_any,
           lag(submissions > 0) OVER months AS had_any, lag(supplier) OVER months AS supplier_before,
           lag(period_start) OVER months AS month_before
    FROM data.online_consultation_row
    WINDOW months AS (PARTITION BY organisation_code ORDER BY period_start)
),
before AS (
    SELECT period_start, supplier, count(*) AS had_any, count(*) FILTER (NOT has_any) AS dropped
    FROM (SELECT * EXCLUDE (supplier), unnest(string_split(upper(supplier_before), ', ')) AS supplier FROM sent)
    WHERE had_any AND month_before = period_start - INTERVAL 1 MONTH GROUP BY ALL
),
cluster AS (
    SELECT period_start, supplier, had_any, dropped, dropped / had_any AS share FROM before
    WHERE dropped >= 20 AND dropped >= 0.3 * had_any
),
event AS (
    SELECT s.period_start, s.organisation_code, bool_or(c.supplier IS NOT NULL) AS is_in_cluster
    FROM sent AS s
    LEFT JOIN cluster AS c
        ON c.period_start = s.period_start AND list_contains(string_split(upper(s.supplier_before), ', '), c.supplier)
    WHERE s.had_any AND NOT s.has_any AND s.month_before = s.period_start - INTERVAL 1 MONTH
    GROUP BY ALL
)
"""
EVENTS = f"""{EVENT}
SELECT coalesce(strftime(period_start, '%b %Y'), 'all'), count(*), count(*) FILTER (is_in_cluster),
       count(*) FILTER (NOT is_in_cluster)
FROM event GROUP BY ROLLUP (period_start) ORDER BY period_start NULLS LAST
"""
CLUSTERS = f"""{EVENT}
SELECT strftime(period_start, '%b %Y'), supplier, had_any, dropped, printf('%.1f%%', 100 * share) FROM cluster
ORDER BY period_start, supplier
"""
GAPS = """
SELECT strftime(period_start, '%b %Y'), supplier, organisations FROM data.finding_now
WHERE kind = 'supplier_gap' AND return_code = 'online_and_video_consultations'
ORDER BY organisations DESC, period_start, supplier LIMIT 8
"""
RATES = """
SELECT phase, expected, not_known, in_shared_gap, judged, not_received, printf('%.1f%%', 100 * rate),
       printf('%.1f%% to %.1f%%', 100 * rate_low, 100 * rate_high)
FROM action_rate
WHERE return_code = 'online_and_video_consultations' AND group_kind = 'all'
ORDER BY phase = 'after', phase
"""
CHANGES = """
SELECT coalesce(group_code, 'England'), organisations, printf('%.1f%%', 100 * rate_before),
       printf('%.1f%%', 100 * rate_during), printf('%+.1f', 100 * change),
       CASE WHEN change_low IS NULL THEN '' ELSE printf('%+.1f to %+.1f', 100 * change_low, 100 * change_high) END,
       reading
FROM action_change
WHERE return_code = 'online_and_video_consultations' AND group_kind IN ('all', 'supplier')
ORDER BY organisations DESC, group_code LIMIT 8
"""
CHARTS = """
SELECT count(*), count(mean), count(*) FILTER (newest_side < 0 AND newest_rule IS NOT NULL),
       count(*) FILTER (newest_side > 0 AND newest_rule IS NOT NULL), count(low_volume)
FROM data.chart_series WHERE measure = 'records' AND is_newest
"""
RULES = """
SELECT cause, count(*) FROM data.finding_now WHERE kind = 'low_volume' GROUP BY cause ORDER BY cause
"""
# The practices without data in the five outages: who has a point in that month, and who is a finding.
OUTAGES = """
WITH outage(period_start, supplier) AS (
    VALUES (DATE '2024-06-01', 'sensely'), (DATE '2024-08-01', 'econsult'), (DATE '2024-12-01', 'econsult'),
           (DATE '2025-01-01', 'patchs'), (DATE '2025-03-01', 'klinik')
)
SELECT strftime(o.period_start, '%b %Y'), o.supplier, count(DISTINCT s.organisation_code), count(p.value),
       count(*) FILTER (s.organisation_code IN (
           SELECT organisation_code FROM data.finding_now AS f
           WHERE f.kind = 'low_volume' AND f.period_start = o.period_start
       ))
FROM outage AS o
JOIN data.return_status_row AS s
    ON s.period_start = o.period_start AND s.return_code = 'online_and_video_consultations'
    AND s.status = 'not_received' AND contains(lower(s.supplier), o.supplier)
LEFT JOIN data.chart_series AS c
    ON c.measure = 'records' AND c.organisation_code = s.organisation_code AND c.return_code = s.return_code
LEFT JOIN data.chart_point AS p ON p.series_id = c.series_id AND p.period_start = o.period_start
GROUP BY o.period_start, o.supplier ORDER BY o.period_start
"""
SHORT = """
SELECT count(*), (SELECT count(DISTINCT period_start) FROM data.online_consultation_row) FROM data.short_feed
"""

TABLES = {
    "Drops to zero": (EVENTS, ("month", "practices that dropped to zero", "in a cluster", "alone")),
    "Clusters": (CLUSTERS, ("month", "supplier", "with submissions the month before", "dropped to zero", "share")),
    "Supplier gaps": (GAPS, ("month", "supplier", "practices that it stands for")),
    "Rates": (RATES, (
        "phase", "expected", "not known", "in shared gaps", "judged", "not received", "rate", "95% interval",
    )),
    "The same practices before and during": (CHANGES, (
        "of", "practices", "before", "during", "change, points", "95% interval", "reading",
    )),
    "Control charts": (CHARTS, ("practices with a count", "with limits", "newest low", "newest high", "findings")),
    "Rules that fired": (RULES, ("rule", "findings")),
    "The outages": (OUTAGES, ("month", "supplier", "without data", "have a point", "findings")),
    "Short feeds": (SHORT, ("looked short", "months")),
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published months after a run, with the views of the published copy."""
    files = [*sorted(SHARED_DATA.glob("oc/*.xlsx")), *sorted(SHARED_DATA.glob("ods/epraccur*.csv"))]
    if not files:
        pytest.skip("the published files are not here: ../shared/data/oc and ods")
    workspace = tmp_path_factory.mktemp("published") / "workspace"
    init_workspace(workspace)
    (workspace / "monitor.toml").write_text(SETTINGS, encoding="utf-8")
    for file in files:
        shutil.copy(file, workspace / "inbox")
    main(["run", "-w", str(workspace), "--as-of", AS_OF], {}, lambda: NOW, stages=COUNTED)
    with duckdb.connect(str(workspace / "published" / "monitor.duckdb"), read_only=True) as published:
        yield published


@pytest.mark.slow
@pytest.mark.proof
@pytest.mark.parametrize("title", TABLES)
def test_the_page_of_published_months_says_what_is_found(
    store: duckdb.DuckDBPyConnection, show: Show, title: str
) -> None:
    sql, headings = TABLES[title]
    rows = store.execute(sql).fetchall()
    show(f"Online and video consultations, April 2024 to March 2025. {title}", headings, rows)
    assert as_markdown(headings, rows) in PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_rates_are_shares_of_what_is_judged_and_lie_in_their_intervals(store: duckdb.DuckDBPyConnection) -> None:
    columns = "expected, not_known, in_shared_gap, judged, not_received, rate, rate_low, rate_high"
    rates = store.execute(f"SELECT {columns} FROM action_rate").fetchall()
    for expected, not_known, shared, judged, not_received, rate, low, high in rates:
        assert expected == not_known + shared + judged
        if judged:
            assert 0 <= low <= rate <= high <= 1
            assert rate == pytest.approx(not_received / judged, abs=1e-4)


@pytest.mark.slow
def test_no_practice_of_an_outage_has_a_point_in_its_month_or_is_a_finding(store: duckdb.DuckDBPyConnection) -> None:
    outages = store.execute(OUTAGES).fetchall()
    assert len(outages) == 5
    assert {(points, findings) for *_, points, findings in outages} == {(0, 0)}


def as_markdown(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table as it stands in the page."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"
