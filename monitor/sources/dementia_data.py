"""Primary Care Dementia Data: the CSV file that says when each practice's data were last submitted (data-date).

Source: NHS England, monthly, until spring 2026. Its siblings hold figures and no dates of submission; they are known,
so that a whole release can be dropped, and nothing of them is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.sources.headings import HeadedFormat
from monitor.sources.shape import Format, Recognised

DEMENTIA_DATA_DATE = Format(
    name="primary care dementia data dates",
    table="dementia_data_date",
    columns=(
        "region_code", "icb_code", "sub_icb_code", "pcn_code", "organisation_code", "organisation_name",
        "latest_data_submission",
    ),
    required=("sub_icb_code", "pcn_code", "organisation_code", "latest_data_submission"),
    expected=("region_code", "icb_code"),
    edition_by="latest_on",
)  # fmt: skip

HEADED = (
    HeadedFormat(
        DEMENTIA_DATA_DATE,
        {
            "region_ods_code": "region_code",
            "icb_ods_code": "icb_code",
            "sub_icb_ods_code": "sub_icb_code",
            "pcn_ods_code": "pcn_code",
            "practice_code": "organisation_code",
            "practice_name": "organisation_name",
        },
    ),
)

_SIBLINGS = (
    {"sub_icb_ods_code", "ach_date", "measure", "value"},  # antipsychotics and care plans of practices; sub-ICBs
    {"org_type", "ach_date", "measure", "value"},  # rates; from June 2026 practices and sub-ICBs too
)
_MAPPING = {"practice_code", "sub_icb_location_code", "icb_code"}
_OF_A_MAPPING = re.compile(r".*_(code|name|postcode)|extract_date|publication")


def recognise_sibling(headings: Sequence[str]) -> Recognised | None:
    """A sibling, by its normalised headings: a file without rows to load. Asked last, when no format fits."""
    names = set(headings)
    is_mapping = names >= _MAPPING and all(map(_OF_A_MAPPING.fullmatch, names))
    if not is_mapping and not any(sibling <= names for sibling in _SIBLINGS):
        return None
    return Recognised("primary care dementia data without dates (nothing to load)", ())
