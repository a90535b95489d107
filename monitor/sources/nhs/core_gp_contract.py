"""Core GP Contract, GP Contract Services (INLIQ among them) and Network Contract DES: long CSV files of one layout.

Source: NHS England, quarterly. A row is one measure of one indicator for one practice as at ACH_DATE, which comes as
2023-03-31, 31/03/2023, 31-Mar-26 and 20230331; VALUE is * where it is hidden. Some editions repeat rows.
"""

from __future__ import annotations

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat

CORE_GP_CONTRACT = Format(
    name="GP contract indicators by practice",
    table="core_gp_contract",
    columns=("quality_service", "organisation_code", "ach_date", "ind_code", "measure", "value"),
    required=("quality_service", "organisation_code", "ach_date", "ind_code", "measure", "value"),
    typed=("achieved_on", "period_start", "organisation_code", "return_code", "is_shown"),
    edition_by="achieved_on",
)

HEADED = (
    HeadedFormat(CORE_GP_CONTRACT, {"practice_code": "organisation_code"}),
    # What CQRS gave out before its extract had days of submission (see cqrs). Its FIELD_NAME is the measure.
    HeadedFormat(
        CORE_GP_CONTRACT,
        {
            "prmry_mdcl_care_srvc_shrt_name": "quality_service",
            "org_code": "organisation_code",
            "field_name": "measure",
        },
        signature=frozenset({"prmry_mdcl_care_srvc_shrt_name"}),
    ),
)
