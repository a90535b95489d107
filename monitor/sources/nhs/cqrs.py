"""CQRS: which practices take part in a quality service, and what they submitted and when.

Source: the formats that NHS Digital publishes. The extract is a true submission log: SUBMIT_DATE (05/10/2024) and
SUBMIT_TIME beside ACH_DATE (20240930), a row for each field of an indicator; what was submitted again stays in it, with
LAST_SUBMISSION N.
"""

from __future__ import annotations

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat

CQRS_PARTICIPATION = Format(
    name="CQRS participation",
    table="cqrs_participation",
    columns=("quality_service", "organisation_code", "organisation_name", "from_on", "to_on"),
    required=("quality_service", "organisation_code", "from_on"),
    expected=("to_on",),
)
CQRS_EXTRACT = Format(
    name="CQRS data extract",
    table="cqrs_extract",
    columns=(
        "quality_service", "name", "organisation_code", "ach_date", "ind_code", "field_name", "value", "submit_date",
        "submit_time", "last_submission",
    ),
    required=("quality_service", "organisation_code", "ach_date", "submit_date", "submit_time"),
    expected=("ind_code", "last_submission"),
    typed=(
        "quality_service", "organisation_code", "return_code", "achieved_on", "period_start", "submitted_at",
        "submitted_on", "is_last",
    ),
)  # fmt: skip

HEADED = (
    HeadedFormat(
        CQRS_PARTICIPATION,
        {
            "sp_org_code": "organisation_code",
            "sp_org_name": "organisation_name",
            "part_st_dt": "from_on",
            "part_ed_dt": "to_on",
        },
        signature=frozenset({"part_st_dt"}),
    ),
    HeadedFormat(CQRS_EXTRACT, {"org_code": "organisation_code"}, signature=frozenset({"submit_date"})),
)
