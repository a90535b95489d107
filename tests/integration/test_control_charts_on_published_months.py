"""Control charts of the 12 published months of online consultations: what they find, and whom they leave alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from asking import SHARED_DATA, Monitor, Show

from benchmarks.counting_judge import judged_by_counting
from monitor import judging

CHARTS = """
SELECT count(*), count(*) FILTER (points >= 12), count(mean),
       count(*) FILTER (newest_rule IS NOT NULL AND newest_side < 0),
       count(*) FILTER (newest_rule IS NOT NULL AND newest_side > 0), count(low_volume)
FROM data.chart_series WHERE measure = 'records' AND is_newest
"""
RULES = """
SELECT cause, count(*), count(DISTINCT organisation_code) FROM data.finding_now WHERE kind = 'low_volume' GROUP BY cause
"""
# The five outages that the months hold: of whoever had none then, who has a point in that month, and who is a finding.
OUTAGES = """
WITH outage(period_start, supplier) AS (
    VALUES (DATE '2024-06-01', 'sensely'), (DATE '2024-08-01', 'econsult'), (DATE '2024-12-01', 'econsult'),
           (DATE '2025-01-01', 'patchs'), (DATE '2025-03-01', 'klinik')
)
SELECT strftime(o.period_start, '%b %Y'), o.supplier, count(*), count(p.value),
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


@pytest.mark.slow
@pytest.mark.proof
def test_published_months_of_online_consultations_as_control_charts(
    workspace: Path, monitor: Monitor, monkeypatch: pytest.MonkeyPatch, show: Show
) -> None:
    files = [*sorted(SHARED_DATA.glob("oc/*.xlsx")), *sorted(SHARED_DATA.glob("ods/epraccur*.csv"))]
    if not files:
        pytest.skip("the published files are not here: ../shared/data/oc and ods")
    monkeypatch.setattr(judging, "judged_by_suites", judged_by_counting)
    (workspace / "monitor.toml").write_text("monitor_from = 2024-04-01\n", encoding="utf-8")
    for file in files:
        shutil.copy(file, workspace / "inbox")
    monitor("load", "-w", workspace)
    monitor("check", "-w", workspace, "--as-of", "2025-05-01")
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        charts, rules, outages = (store.execute(sql).fetchall() for sql in (CHARTS, RULES, OUTAGES))
    show(
        "Online and video consultations, April 2024 to March 2025: control charts of counts by practice",
        ("practices", "12 points", "with limits", "newest low", "newest high", "low_volume"), charts,
    )  # fmt: skip
    show("low_volume by rule, March 2025", ("rule", "findings", "practices"), rules)
    show(
        "The outages: practices of the supplier without data in that month",
        ("month", "supplier", "without data", "have a point", "findings"), outages,
    )  # fmt: skip
    [(practices, twelve, limits, low, high, found)] = charts
    assert practices > twelve == limits > 1000
    assert 0 < found <= low < high
    assert sum(count for _, count, _ in rules) == sum(one for *_, one in rules) == found
    assert [(month, supplier, points, findings) for month, supplier, _, points, findings in outages] == [
        (month, supplier, 0, 0)
        for month, supplier in (
            ("Jun 2024", "sensely"), ("Aug 2024", "econsult"), ("Dec 2024", "econsult"), ("Jan 2025", "patchs"),
            ("Mar 2025", "klinik"),
        )
    ]  # fmt: skip
