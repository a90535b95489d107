"""Primary Care Dementia Data: the CSV file that says when each practice's data were last submitted (data-date).

Source: NHS England, monthly, until spring 2026. Its siblings hold figures and no dates of submission: see bystanders.
"""

from __future__ import annotations

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat

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
