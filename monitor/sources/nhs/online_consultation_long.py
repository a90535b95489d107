"""Submissions via Online Consultation Systems: the long CSV beside the workbook, in parts for north and south.

About 18 months in a file; one row a practice, month, supplier and metric, so a practice with two suppliers has two rows
of each. Its registered patients are repeated for each supplier; its submissions are to be added up.
"""

from __future__ import annotations

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat

ONLINE_CONSULTATION_METRIC = Format(
    name="online consultation metrics",
    table="online_consultation_metric",
    columns=(
        "period_start", "organisation_code", "pcn_code", "sub_icb_code", "icb_code", "region_code", "supplier",
        "metric", "value",
    ),
    required=("period_start", "organisation_code", "pcn_code", "sub_icb_code", "supplier", "metric", "value"),
    expected=("icb_code", "region_code"),
    typed=(
        "period_start", "organisation_code", "pcn_code", "sub_icb_code", "icb_code", "region_code", "supplier",
        "metric", "value",
    ),
    edition_by="period_start",
)  # fmt: skip

HEADED = (
    HeadedFormat(
        ONLINE_CONSULTATION_METRIC,
        {"month": "period_start", "gp_code": "organisation_code", "sub_icb_location_code": "sub_icb_code"},
    ),
)
