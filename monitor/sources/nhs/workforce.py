"""General Practice Workforce, practice level: the detailed file (wide) and the high-level file (long).

Source: NHS England, monthly, from the National Workforce Reporting Service. The detailed file has some 800 columns
whose places and names drift, so columns are taken by name; its *_SOURCE columns say of each staff group whether records
came. Neither file has a column for the month: it stands in the file's name, and in that of the zip.
"""

from __future__ import annotations

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat

WORKFORCE_DETAILED = Format(
    name="workforce by practice (detailed)",
    table="workforce_detailed",
    columns=(
        "period_start", "year", "month", "organisation_code", "pcn_code", "sub_icb_code", "icb_code", "region_code",
        "total_patients", "gp_source", "nurse_source", "dpc_source", "admin_source", "total_gp_hc", "total_nurses_hc",
        "total_dpc_hc", "total_admin_hc",
    ),
    required=(
        "organisation_code", "pcn_code", "sub_icb_code", "total_patients", "gp_source", "nurse_source", "dpc_source",
        "admin_source", "total_gp_hc", "total_nurses_hc", "total_dpc_hc", "total_admin_hc",
    ),
    expected=("icb_code", "region_code"),
    edition_by="period_start",
)  # fmt: skip
WORKFORCE_HIGH_LEVEL = Format(
    name="workforce by practice (high level)",
    table="workforce_high_level",
    columns=(
        "period_start", "year", "month", "organisation_code", "staff_group", "detailed_staff_role", "measure", "value",
    ),
    required=("organisation_code", "staff_group", "detailed_staff_role", "measure", "value"),
    typed=("period_start", "organisation_code", "staff_group", "is_headcount", "value", "shows_records"),
    edition_by="period_start",
)  # fmt: skip

# Until July 2022 a sub-ICB was called a CCG, and an ICB an STP.
_ALIASES = {
    "prac_code": "organisation_code",
    "sub_icb_code": "sub_icb_code",
    "icb_code": "icb_code",
    "ccg_code": "sub_icb_code",
    "stp_code": "icb_code",
    "comm_region_code": "region_code",
}
_OWN_MONTH = ("year", "month")

HEADED = (
    HeadedFormat(WORKFORCE_DETAILED, _ALIASES, named_month="period_start", own_month=_OWN_MONTH),
    HeadedFormat(WORKFORCE_HIGH_LEVEL, _ALIASES, named_month="period_start", own_month=_OWN_MONTH),
)
