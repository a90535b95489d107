"""The shipped returns against the fixed table, and mistakes in a return's file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.core.errors import ConfigurationError
from monitor.returns.catalogue import load_catalogue, read_return

# return, owed by, kind, period, due rule, first day of force, last day of force, supplier
FIXED = """
alcohol_and_dementia             practice periodic    contract_year none                        -          -          clinical
annual_return                    practice periodic    contract_year days_beginning_with_request -          -          none
appointments                     practice periodic    month         last_weekday                -          -          clinical
declaration_care_navigation      pcn      declaration contract_year day_in_contract_year        -          2026-03-31 none
declaration_digital_telephony    pcn      declaration contract_year day_in_contract_year        -          2026-03-31 none
declaration_online_requests      pcn      declaration contract_year day_in_contract_year        -          2026-03-31 none
digital_telephony                practice periodic    month         day_of_month                2024-10-01 -          telephony
indicators_no_longer_in_qof      practice periodic    contract_year none                        -          -          clinical
information_request              practice on_request  request       date_in_request             -          -          none
interface_assessment             trust    periodic    contract_year day_in_contract_year        -          -          none
medicines_optimisation_assurance pcn      on_request  request       date_in_request             -          -          none
mhra_alerts                      practice on_request  request       date_in_request             -          -          none
national_diabetes_audit          practice periodic    quarter       month_end                   -          -          clinical
online_and_video_consultations   practice periodic    month         last_weekday                -          -          online
overseas_visitors                practice event       contract_year none                        -          -          none
reasonable_needs_assurance       practice on_request  request       date_in_request             -          -          none
referral_exception               practice event       contract_year none                        -          -          none
triage_assurance                 practice on_request  request       date_in_request             -          -          none
workforce                        practice periodic    month         month_end                   -          -          none
"""


def day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)


@pytest.mark.parametrize("line", FIXED.strip().splitlines(), ids=lambda line: line.split()[0])
def test_a_shipped_return_is_as_fixed(line: str) -> None:
    code, owed_by, kind, period, rule, effective_from, effective_to, supplier = line.split()
    definition = load_catalogue()[code]
    calendar = definition.calendar
    assert (definition.owed_by, definition.kind, calendar.period, calendar.due.rule) == (owed_by, kind, period, rule)
    assert (calendar.effective_from, calendar.effective_to) == (day(effective_from), day(effective_to))
    assert (definition.supplier, calendar.grace_days, calendar.roll) == (supplier, 0, "none")


def test_there_are_nineteen_returns_and_no_other() -> None:
    assert list(load_catalogue()) == [line.split()[0] for line in FIXED.strip().splitlines()]


@pytest.fixture
def shipped() -> str:
    return load_catalogue()["workforce"].path.read_text(encoding="utf-8")


# What is changed in the file, the key that the message names, and what else it says.
MISTAKES = [
    ('kind = "periodic"', 'kind = "sometimes"', "kind", "'periodic', 'on_request', 'event' or 'declaration'"),
    ('owed_by = "practice"', 'owed_by = "gp"', "owed_by", "'practice', 'pcn' or 'trust'"),
    ('period = "month"', 'period = "week"', "calendar.period", "'month', 'quarter', 'contract_year' or 'request'"),
    ("months_after = 0", 'months_after = "0"', "calendar.due.months_after", "found '0'"),
    ("months_after = 0", "months_after = 0\nday = 5", "calendar.due", "rule 'month_end' takes ['months_after']"),
    ("grace_days = 0", "grace_days = -1", "calendar.grace_days", "greater than or equal to 0"),
    ("grace_days = 0", "grace = 0", "calendar.grace", "there is no such key"),
    ('severity = "critical"', 'severity = "bad"', "suite.[0].severity", "'critical', 'warning' or 'info'"),
    ("mostly = 1.0", "mostly = 2.0", "suite.[0].mostly", "less than or equal to 1"),
    ("title = ", "name = ", "title", "is missing"),
    ("actions = [", "actions = [11, ", "actions", "numbers from 1 to 10"),
    ('column = "status"', 'column = "state"', "suite.[0]", "kwargs.column is a column of return_status"),
    ("[law]", "[law", "workforce.toml", "is not valid TOML"),
]


@pytest.mark.parametrize(("good", "bad", "key", "told"), MISTAKES, ids=[bad for _good, bad, *_ in MISTAKES])
def test_a_mistake_names_file_key_value_and_what_is_allowed(
    tmp_path: Path, shipped: str, good: str, bad: str, key: str, told: str
) -> None:
    assert good in shipped
    file = tmp_path / "workforce.toml"
    file.write_text(shipped.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as mistake:
        read_return(file)
    assert str(file) in mistake.value.message
    assert key in mistake.value.message
    assert told in mistake.value.message


def test_a_workspace_overrides_a_return_and_adds_one(tmp_path: Path, shipped: str) -> None:
    (tmp_path / "workforce.toml").write_text(shipped.replace("grace_days = 0", "grace_days = 3"), encoding="utf-8")
    (tmp_path / "my_own_return.toml").write_text(shipped, encoding="utf-8")
    catalogue = load_catalogue(tmp_path)
    assert catalogue["workforce"].calendar.grace_days == 3
    assert catalogue["my_own_return"].code == "my_own_return"
    assert len(catalogue) == 20


def test_a_name_that_cannot_be_a_return_code_is_said_to_be_one(tmp_path: Path, shipped: str) -> None:
    (tmp_path / "My Return.toml").write_text(shipped, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="small letters, digits and underscores"):
        load_catalogue(tmp_path)
