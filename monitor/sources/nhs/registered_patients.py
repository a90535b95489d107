"""Patients Registered at a GP Practice: the practice totals (-all) and the practice mapping (-map).

Source: NHS England, monthly, as at the 1st of the month. The mapping was CCG and STP until July 2022, sub-ICB and ICB
since; the file of April 2026 adds the clinical supplier. EXTRACT_DATE comes as 2025-12-01, 01Jan2022 and 01-Apr-26.
"""

from __future__ import annotations

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat

REGISTERED_LIST = Format(
    name="registered patients by practice",
    table="registered_list",
    columns=("extract_date", "type", "sub_icb_code", "organisation_code", "sex", "age", "number_of_patients"),
    required=("extract_date", "type", "organisation_code", "sex", "age", "number_of_patients"),
    edition_by="extract_on",
)
REGISTERED_MAP = Format(
    name="registered patients practice mapping",
    table="registered_map",
    columns=(
        "extract_date", "organisation_code", "organisation_name", "pcn_code", "pcn_name", "sub_icb_code",
        "sub_icb_name", "icb_code", "icb_name", "region_code", "supplier_name",
    ),
    required=("extract_date", "organisation_code", "organisation_name", "pcn_code", "sub_icb_code", "icb_code"),
    edition_by="extract_on",
)  # fmt: skip

_GEOGRAPHY = {
    "sub_icb_location_code": "sub_icb_code",
    "sub_icb_location_name": "sub_icb_name",
    "icb_code": "icb_code",
    "ccg_code": "sub_icb_code",
    "ccg_name": "sub_icb_name",
    "stp_code": "icb_code",
    "stp_name": "icb_name",
    "comm_region_code": "region_code",
}
_PUBLISHED = frozenset({"publication"})

HEADED = (
    HeadedFormat(REGISTERED_LIST, _GEOGRAPHY | {"code": "organisation_code"}, signature=_PUBLISHED),
    HeadedFormat(
        REGISTERED_MAP,
        _GEOGRAPHY | {"practice_code": "organisation_code", "practice_name": "organisation_name"},
        signature=_PUBLISHED,
    ),
)
