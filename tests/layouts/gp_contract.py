"""GP contract indicators and Primary Care Dementia Data as CSV files in their true layouts, with made-up practices."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_CONTRACT = "QUALITY_SERVICE,PRACTICE_CODE,PRACTICE_NAME,ACH_DATE,IND_CODE,MEASURE,VALUE"
_DATES = (
    "REGION_ODS_CODE,REGION_NAME,ICB_ODS_CODE,ICB_NAME,SUB_ICB_ODS_CODE,SUB_ICB_NAME,PCN_ODS_CODE,PCN_NAME,"
    "PRACTICE_CODE,PRACTICE_NAME,LATEST_DATA_SUBMISSION"
)


def contract_row(
    code: str, indicator: str, value: str, day: str = "2024-06-30", service: str = "Core GP Contract 2024-25"
) -> str:
    return f'{service},{code},"SURGERY, THE",{day},{indicator},Numerator,{value}'


def make_core_gp_contract(path: Path, rows: Iterable[str], measure_type: bool = False) -> Path:
    """The long file; since some edition with a column MEASURE_TYPE before the value."""
    heading = _CONTRACT.replace("VALUE", "MEASURE_TYPE,VALUE") if measure_type else _CONTRACT
    lines = [row.replace("Numerator,", "Numerator,Numerator,") if measure_type else row for row in rows]
    return _write(path, heading, lines)


def make_older_cqrs_extract(path: Path, rows: Iterable[str]) -> Path:
    """The layout of CQRS before the one with days of submission. A row: code, day, indicator and value."""
    heading = "PRMRY_MDCL_CARE_SRVC_SHRT_NAME,ORG_CODE,ACH_DATE,IND_CODE,FIELD_NAME,VALUE,APPROVED_STATUS"
    return _write(path, heading, [row.join(("INLIQ2122,", ",Y")) for row in rows])


def dementia_row(code: str, latest: str, pcn: str = "U12345") -> str:
    return f"Y59,SOUTH EAST,QNX,AN ICB,09D,A SUB-ICB,{pcn},A PCN,{code},THE SURGERY,{latest}"


def make_dementia_data_date(path: Path, rows: Iterable[str]) -> Path:
    """pcdem-prac-data-date-<mon>-<yyyy>.csv, with the byte order mark of the series."""
    return _write(path, "\ufeff" + _DATES, rows)


SIBLINGS = {
    "pcdem-prac-anti-psy-mar-2026.csv": "ICB_ODS_CODE,SUB_ICB_ODS_CODE,PRACTICE_CODE,ACH_DATE,Measure,Value",
    "pcdem-practice-jun-2026.csv": "ORG_TYPE,ODS_CODE,ACH_DATE,MEASURE,BREAKDOWN,VALUE",
    "mapping-file-july-dementia-2026.csv": (
        "PRACTICE_CODE,PRACTICE_NAME,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ICB_CODE,ICB_NAME"
    ),
}

QOF = {
    "ACHIEVEMENT_LONDON_2425.csv": "PRACTICE_CODE,INDICATOR_CODE,MEASURE,VALUE",
    "PREVALENCE_2425.csv": "PRACTICE_CODE,GROUP_CODE,REGISTER,PATIENT_LIST_TYPE,PRACTICE_LIST_SIZE",
    "PRACTICE_VALIDATION_OUTCOMES_2425.csv": "PRACTICE_CODE,RULE,DESCRIPTION",
    "MAPPING_NHS_GEOGRAPHIES_2425.csv": (
        "PRACTICE_CODE,PRACTICE_NAME,PCN_ODS_CODE,PCN_NAME,SUB_ICB_LOC_ODS_CODE,SUB_ICB_LOC_NAME,REGION_ODS_CODE"
    ),
}


def make_sibling(path: Path) -> Path:
    """A file of the dementia release, or of the QOF, that says nothing about submissions."""
    heading = {**SIBLINGS, **QOF}[path.name]
    return _write(path, heading, [",".join(["X"] * len(heading.split(",")))])


def _write(path: Path, heading: str, rows: Iterable[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return path
