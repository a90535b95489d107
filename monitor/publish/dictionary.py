"""What the comments of views and columns cannot say: their order for a reader, what one row is, how views join."""

from __future__ import annotations

from dataclasses import dataclass

# In this order; the views that are not named here follow by name.
FIRST = (
    "return_status", "missed_return", "absence", "reporting_rate", "pcn_summary", "status_change", "finding",
    "organisation", "mandatory_return", "submission", "last_check",
)  # fmt: skip

# By view: the columns of which no two rows have the same values. Columns among them may be empty (see `Join`).
KEYS: dict[str, tuple[str, ...]] = {
    "return_status": ("organisation_code", "return_code", "period_start", "request_id"),
    "missed_return": ("organisation_code", "return_code", "period_start", "request_id"),
    "absence": ("absence_id",),
    "reporting_rate": ("return_code", "period_start", "icb_code", "icb_name", "sub_icb_code", "pcn_code"),
    "pcn_summary": ("pcn_code",),
    "status_change": ("organisation_code", "return_code", "period_start", "request_id", "changed_at"),
    "finding": ("finding_id",),
    "organisation": ("organisation_code", "valid_from"),
    "mandatory_return": ("return_code",),
    "submission": ("file_name", "row_number", "organisation_code", "return_code", "period_start"),
    "last_check": ("as_of",),
    "monthly_rollup": ("month", "return_code", "icb_code"),
    "alert": ("alert_id",),
    "alert_finding": ("alert_id", "finding_id"),
    "collective_action": ("name", "start_on"),
}


@dataclass(frozen=True)
class Join:
    """Two views that belong together, the columns that say how, and what more must be said; on: SQL after ON."""

    view: str
    other: str
    on: str
    words: str


JOINS = (
    Join("return_status", "absence", "r.absence_id = o.absence_id", "an absence has as many rows as it has periods"),
    Join(
        "return_status", "organisation",
        "r.organisation_code = o.organisation_code AND r.period_end >= coalesce(o.valid_from, DATE '1900-01-01') "
        "AND r.period_end <= coalesce(o.valid_to, DATE '9999-12-31')",
        "the organisation as it was on the last day of the period; of today: o.valid_to IS NULL",
    ),
    Join("return_status", "mandatory_return", "r.return_code = o.return_code", "one return each"),
    Join(
        "return_status", "submission",
        "r.organisation_code = o.organisation_code AND r.return_code = o.return_code "
        "AND r.period_start = o.period_start",
        "all attempts and evidence; of a request also r.request_id = o.request_id",
    ),
    Join("return_status", "pcn_summary", "r.pcn_code = o.pcn_code", "the network of the period"),
    Join(
        "return_status", "reporting_rate",
        "r.return_code = o.return_code AND r.period_start = o.period_start "
        "AND r.icb_code IS NOT DISTINCT FROM o.icb_code AND r.sub_icb_code IS NOT DISTINCT FROM o.sub_icb_code "
        "AND r.pcn_code IS NOT DISTINCT FROM o.pcn_code",
        "the area that a row is counted in",
    ),
    Join("status_change", "return_status",
         "r.organisation_code = o.organisation_code AND r.return_code = o.return_code "
         "AND r.period_start = o.period_start AND r.request_id IS NOT DISTINCT FROM o.request_id",
         "what is said of it now; request_id is empty for all but requests, so compare it with IS NOT DISTINCT FROM"),
    Join("absence", "finding",
         "o.kind = 'missing_return' AND r.organisation_code = o.organisation_code AND r.return_code = o.return_code "
         "AND r.first_period_start = o.period_start", "the finding that stands for an absence"),
    Join("finding", "alert_finding", "r.finding_id = o.finding_id", "what was sent about it; then alert by alert_id"),
)  # fmt: skip

# What people ask first, and how.
EXAMPLES = (
    (
        "Which practices to ask about which returns, the longest absent first",
        """SELECT organisation_name, pcn_name, return_title, periods, first_due_on, last_received_period_start, action
FROM absence
WHERE is_open
ORDER BY days_overdue DESC""",
    ),
    (
        "Reporting rates of an ICB by return and period: add up the areas, then divide",
        """SELECT return_title, period_label, sum(expected) AS expected, sum(actual) AS actual,
       round(100.0 * sum(actual) / nullif(sum(expected - not_known), 0), 1) AS reporting_rate,
       round(100.0 * sum(actual_on_time) / nullif(sum(expected - not_known), 0), 1) AS on_time_rate,
       round(100.0 * sum(patients_covered) / nullif(sum(patients), 0), 1) AS patients_covered_rate
FROM reporting_rate
WHERE icb_code = 'QZ9' AND due_on < (SELECT as_of FROM last_check)
GROUP BY return_title, period_label, period_start
ORDER BY return_title, period_start""",
    ),
    (
        "What changed from one day to another, first and last answer only",
        """SELECT organisation_code, return_code, period_start, request_id,
       arg_min(coalesce(status_before, 'not expected'), changed_at) AS status_then,
       arg_max(coalesce(status_now, 'not expected'), changed_at) AS status_at_last
FROM status_change
WHERE as_of > DATE '2025-01-24' AND as_of <= DATE '2025-01-31'
GROUP BY organisation_code, return_code, period_start, request_id
HAVING status_then <> status_at_last""",
    ),
    (
        "What a practice sent for a period, beside what is said of it",
        """SELECT r.status, r.due_on, s.submitted_at, s.outcome, s.file_name, s.row_number
FROM return_status AS r
LEFT JOIN submission AS s USING (organisation_code, return_code, period_start)
WHERE r.organisation_code = 'Z99017' AND r.return_code = 'workforce'
ORDER BY r.period_start, s.submitted_at""",
    ),
)


def rank(view: str) -> tuple[int, str]:
    """Where a view comes in a dictionary."""
    return (FIRST.index(view) if view in FIRST else len(FIRST), view)
