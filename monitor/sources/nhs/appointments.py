"""Appointments in General Practice: the practice-level crosstab, its mapping, and the coverage by sub-ICB.

Source: NHS England, monthly. The crosstab has about a million rows a month, several months a file, and was published in
parts by region when a month was longer than a spreadsheet may be. A practice that sent nothing has no row. The mapping
lies in the same zip and says which month it is of nowhere but in the zip's name.
"""

from __future__ import annotations

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat

APPOINTMENTS = Format(
    name="appointments by practice",
    table="appointments",
    columns=("period_start", "organisation_code", "supplier", "pcn_code", "sub_icb_code", "appointments"),
    required=("period_start", "organisation_code", "supplier", "pcn_code", "sub_icb_code", "appointments"),
    typed=("period_start", "organisation_code", "supplier", "pcn_code", "sub_icb_code", "appointments"),
    edition_by="period_start",
)
APPOINTMENTS_MAP = Format(
    name="appointments practice mapping",
    table="appointments_map",
    columns=(
        "period_start", "organisation_code", "organisation_name", "supplier", "pcn_code", "sub_icb_code", "icb_code",
        "region_code",
    ),
    required=("organisation_code", "supplier", "pcn_code", "sub_icb_code", "icb_code", "region_code"),
    edition_by="period_start",
)  # fmt: skip
APPOINTMENTS_COVERAGE = Format(
    name="appointments coverage by sub-ICB",
    table="appointments_coverage",
    columns=(
        "sub_icb_code", "period_start", "included_practices", "open_practices", "included_patients", "open_patients",
    ),
    required=(
        "sub_icb_code", "period_start", "included_practices", "open_practices", "included_patients", "open_patients",
    ),
    edition_by="period_start",
)  # fmt: skip

_ALIASES = {
    "appointment_month_start_date": "period_start",
    "appointment_month": "period_start",
    "gp_code": "organisation_code",
    "gp_name": "organisation_name",
    "sub_icb_location_code": "sub_icb_code",
    "count_of_appointments": "appointments",
    "patients_registered_at_included_practices": "included_patients",
    "patients_registered_at_open_practices": "open_patients",
}

HEADED = (
    HeadedFormat(APPOINTMENTS, _ALIASES, signature=frozenset({"hcp_type", "appt_status"})),
    HeadedFormat(APPOINTMENTS_COVERAGE, {"appointment_month": "period_start"} | _ALIASES),
    # The long file of online consultations has all these columns too, and a month, a metric and a value besides.
    HeadedFormat(
        APPOINTMENTS_MAP, _ALIASES, excluded=frozenset({"month", "metric", "value"}), named_month="period_start"
    ),
)
