"""One small file of every published format, in its true layout: two practices or more, nothing wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from layouts import (
    appointments,
    cqrs,
    diabetes_audit,
    gp_contract,
    ods,
    online_consultation_long,
    telephony,
    workforce,
)

CODES = ("G81001", "G81002", "G81003")


def _crosstab(folder: Path) -> Path:
    lines = [appointments.crosstab_line(code, count=count) for code in CODES for count in (12, 40)]
    return appointments.make_crosstab(folder / "Practice_Level_Crosstab_May_24.csv", lines)


def _annex(folder: Path) -> Path:
    rows = [(appointments.annex_place(code, "May 2025"), 120, (100, 20)) for code in CODES]
    return appointments.make_annex(folder / "GPAD_Annex1_Practice_Level_Breakdown_Summary_May_2025.xlsx", rows)


def _mapping(folder: Path) -> Path:
    return appointments.make_mapping(folder / "Mapping_May_24.csv", [appointments.mapping_line(code) for code in CODES])


def _detailed(folder: Path) -> Path:
    return workforce.make_detailed(
        folder / "1 General Practice - June 2026 Practice Level - Detailed.csv",
        [workforce.practice(code) for code in CODES],
        width=70,
    )


def _high_level(folder: Path) -> Path:
    name = "3 General Practice – June 2026 Practice Level - High level.csv"
    return workforce.make_high_level(folder / name, [line for code in CODES for line in workforce.figures(code)])


def _online_long(folder: Path) -> Path:
    name = "Submissions via OC Systems in General Practice - May 2025.csv"
    lines = [line for code in CODES for line in online_consultation_long.metrics(code)]
    return online_consultation_long.make_metrics(folder / name, lines)


def _summary(folder: Path) -> Path:
    rows = [telephony.summary_row(code) for code in CODES]
    return telephony.make_telephony_summary(folder / "Cloud Based Telephony Publication Summary.xlsx", rows)


def _participation(folder: Path) -> Path:
    answers = (("Yes", "Yes", "No"), ("Yes", "No", "No"), ("No", "No", "No"))
    rows = [telephony.participation_row(code, *said) for code, said in zip(CODES, answers, strict=True)]
    return telephony.make_telephony_participation(folder / "CBT-participation.xlsx", rows)


def _calls(layout: str, *figures: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        rows = [telephony.calls_row(code, "CBT001", *figures) for code in CODES]
        return telephony.make_telephony_calls(folder / "Cloud Based Telephony - June 2026.csv", rows, layout)

    return make


def _audit(folder: Path) -> Path:
    rows = [("09D", code, "THE SURGERY", 245, 52.4) for code in CODES]
    return diabetes_audit.make_diabetes_audit(folder / "NDA.xlsx", rows)


def _contract(folder: Path) -> Path:
    rows = [gp_contract.contract_row(code, mark, "14") for code in CODES for mark in ("ALCMI30", "INLIQ01", "CGPCMI01")]
    return gp_contract.make_core_gp_contract(folder / "Core GP Contract Q1 2024-25.csv", rows)


def _dementia(folder: Path) -> Path:
    rows = [gp_contract.dementia_row(code, "31-Dec-25") for code in CODES]
    return gp_contract.make_dementia_data_date(folder / "pcdem-prac-data-date-dec-2025.csv", rows)


SAMPLES: dict[str, Callable[[Path], Path]] = {
    "appointments crosstab": _crosstab,
    "appointments Annex 1": _annex,
    "appointments mapping": _mapping,
    "appointments coverage": lambda folder: appointments.make_coverage(folder / "APPOINTMENTS_GP_COVERAGE.csv"),
    "workforce detailed": _detailed,
    "workforce high level": _high_level,
    "online consultation long": _online_long,
    "telephony summary": _summary,
    "telephony participation": _participation,
    "telephony by day": _calls("by day", "08:00-09:59", "6.0"),
    "telephony durations": _calls("durations", "31_60", "6.0"),
    "telephony answered": _calls("answered", "31_60", "Core_8_10", "6.0"),
    "diabetes audit": _audit,
    "core GP contract": _contract,
    "dementia data date": _dementia,
    "CQRS participation": lambda folder: cqrs.make_export(
        folder / "participation.csv", cqrs.PARTICIPATION, [cqrs.participation(code) for code in CODES]
    ),
    "CQRS extract": lambda folder: cqrs.make_export(
        folder / "extract.csv", cqrs.EXTRACT, [cqrs.field(code) for code in CODES]
    ),
    "epcn": lambda folder: ods.make_report(
        folder / "epcn.csv", [ods.network(code) for code in ("U12345", "U12346", "U12347")]
    ),
    "epcncorepartnerdetails": lambda folder: ods.make_report(
        folder / "partners.csv", [ods.partner(code) for code in CODES]
    ),
    "ebranchs": lambda folder: ods.make_report(folder / "ebranchs.csv", [ods.branch(f"{c}001", c) for c in CODES]),
    "succ": lambda folder: ods.make_report(folder / "succ.csv", [ods.succession(code) for code in CODES]),
}
