"""The shipped returns against the fixed table, and mistakes in a return's file."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from monitor.core.errors import ConfigurationError
from monitor.core.resources import EXPECTATIONS
from monitor.returns.catalogue import load_catalogue, read_return, read_shared_suite, watched

CATALOGUE = load_catalogue()
SHARED = read_shared_suite()

# return, owed by, kind, period, due rule, first day of force, last day of force, supplier, contract types (a: all three,
# g: GMS and PMS), where it is watched (guidance: by default; asked: where it is asked for),
# and how severe it is that a return is missing, that it is late, and that its source was not loaded
FIXED = """
alcohol_and_dementia                       practice periodic    contract_year none                        -          2025-03-31 clinical  a guidance critical info warning
annual_return                              practice periodic    contract_year days_beginning_with_request -          -          none      a guidance critical info warning
appointments                               practice periodic    month         last_weekday                -          -          clinical  a guidance critical info warning
core_gp_contract                           practice periodic    quarter       month_end                   2025-04-01 -          clinical  a guidance critical info warning
data_security_toolkit                      practice periodic    contract_year month_end                   -          -          none      a asked    critical info warning
declaration_care_navigation                pcn      declaration contract_year day_in_contract_year        -          2025-03-31 none      - guidance warning  info warning
declaration_digital_telephony              pcn      declaration contract_year day_in_contract_year        -          2025-03-31 none      - guidance warning  info warning
declaration_modern_general_practice_access pcn      declaration contract_year day_in_contract_year        2025-04-01 2026-03-31 none      - guidance warning  info warning
declaration_online_requests                pcn      declaration contract_year day_in_contract_year        -          2025-03-31 none      - guidance warning  info warning
declaration_risk_stratification            pcn      declaration contract_year day_in_contract_year        2025-04-01 2026-03-31 none      - guidance warning  info warning
digital_telephony                          practice periodic    month         day_of_month                2024-10-01 -          telephony a guidance critical info warning
friends_and_family_test                    practice periodic    month         nth_working_day             -          -          none      a asked    critical info warning
indicators_no_longer_in_qof                practice periodic    contract_year none                        -          -          clinical  a guidance critical info warning
information_request                        practice on_request  request       date_in_request             -          -          none      g guidance warning  info warning
interface_assessment                       trust    periodic    contract_year day_in_contract_year        -          -          none      - guidance critical info warning
medicines_optimisation_assurance           pcn      on_request  request       date_in_request             -          -          none      - guidance warning  info warning
mhra_alerts                                practice on_request  request       date_in_request             -          -          none      g guidance critical info warning
national_diabetes_audit                    practice periodic    quarter       month_end                   -          -          clinical  a guidance critical info warning
online_and_video_consultations             practice periodic    month         last_weekday                -          -          online    a guidance critical info warning
overseas_visitors                          practice event       contract_year none                        -          -          none      g guidance critical -    -
pcn_workforce                              pcn      periodic    month         month_end                   -          -          none      - asked    critical info warning
practice_staff_contacts                    practice event       contract_year none                        2026-04-01 -          none      g asked    critical -    -
reasonable_needs_assurance                 practice on_request  request       date_in_request             -          -          none      g guidance warning  info warning
referral_exception                         practice event       contract_year none                        -          -          none      g guidance critical -    -
triage_assurance                           practice on_request  request       date_in_request             -          -          none      g guidance warning  info warning
workforce                                  practice periodic    month         month_end                   -          -          none      a guidance critical info warning
written_complaints                         practice periodic    contract_year none                        -          -          none      a asked    critical info warning
"""
CONTRACT_TYPES = {"a": ["GMS", "PMS", "APMS"], "g": ["GMS", "PMS"], "-": []}

# What a file says of its law: the paragraph of the guidance, from which day on where it changes, and words of the demand.
LAWS = """
national_diabetes_audit          PRN01459 paragraph 20     -
indicators_no_longer_in_qof      PRN01459 paragraph 20     -
alcohol_and_dementia             PRN01459 paragraph 20     -
core_gp_contract                 PRN01459 paragraph 20     -
workforce                        PRN01459 paragraph 20     -
appointments                     PRN01459 paragraph 20     -
online_and_video_consultations   PRN01459 paragraph 20     -
overseas_visitors                PRN01459 paragraph 21     -
mhra_alerts                      PRN01459 paragraph 21     -
annual_return                    PRN01459 paragraph 21     -
information_request              PRN01459 paragraph 22     -          connection with NHS England's functions
digital_telephony                PRN01459 paragraph 23     -
referral_exception               PRN01459 paragraph 13     -
triage_assurance                 PRN01459 paragraphs 7-10  -          within the same core hours
triage_assurance                 PRN02353                  2026-04-01 by the end of the next core-hours period
reasonable_needs_assurance       PRN01459 paragraphs 11-12 -
medicines_optimisation_assurance PRN01459 paragraphs 17-18 -
interface_assessment             PRN01459 paragraph 31     -
"""


def day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)


# The statuses that a suite does not accept, by finding and in the suite's order.
NOT_ACCEPTED = {
    "missing_return": ["not_received", "rejected"],
    "late_return": ["received_late"],
    "source_not_loaded": ["not_known"],
}
NOT_ACCEPTED_OF_AN_EVENT = {**NOT_ACCEPTED, "missing_return": ["not_received", "rejected", "not_known"]}


@pytest.mark.parametrize("line", FIXED.strip().splitlines(), ids=lambda line: line.split()[0])
def test_a_shipped_return_is_as_fixed(line: str) -> None:
    code, owed_by, kind, period, rule, effective_from, effective_to, supplier, types, watch, *_ = line.split()
    definition = CATALOGUE[code]
    calendar = definition.calendar
    assert (definition.owed_by, definition.kind, calendar.period, calendar.due.rule) == (owed_by, kind, period, rule)
    assert (calendar.effective_from, calendar.effective_to) == (day(effective_from), day(effective_to))
    assert (definition.supplier, calendar.grace_days, calendar.roll) == (supplier, 0, "none")
    assert definition.contract_types == CONTRACT_TYPES[types]
    assert definition.watched_by_default == (watch == "guidance")


@pytest.mark.parametrize("line", LAWS.strip().splitlines())
def test_a_return_cites_the_law_of_the_day(line: str) -> None:
    code, guidance, begins, words = line[:33].strip(), line[33:58].strip(), line[59:70].strip(), line[70:].strip()
    law = CATALOGUE[code].law_on(day(begins) or date(2024, 4, 1))
    assert (law.effective_from, guidance in law.guidance, words in law.demand) == (day(begins), True, True)


def test_the_law_of_a_day_is_that_in_force_or_else_the_nearest() -> None:
    triage = CATALOGUE["triage_assurance"]
    assert [triage.law.index(triage.law_on(date(2026, *on))) for on in ((3, 31), (4, 1), (11, 28))] == [0, 1, 1]
    assert triage.law[1].gms == triage.law[0].gms == "Schedule 3 Part 1 paragraph 4"


# What monitor.toml asks for, and how many returns are watched then; one that is, and one that is not.
WATCHED = [
    (["guidance"], 22, "workforce", "friends_and_family_test"),
    (["all"], 27, "friends_and_family_test", None),
    (["guidance", "pcn_workforce"], 23, "pcn_workforce", "friends_and_family_test"),
    (["workforce", "pcn_workforce"], 2, "pcn_workforce", "appointments"),
]


@pytest.mark.parametrize(("asked", "count", "one", "other"), WATCHED, ids=[str(asked) for asked, *_ in WATCHED])
def test_the_returns_that_are_asked_for_are_watched(asked: list[str], count: int, one: str, other: str | None) -> None:
    found = watched(CATALOGUE, asked)
    assert (len(found), one in found, other in found) == (count, True, False)
    assert list(found) == sorted(found)


@pytest.mark.parametrize("line", FIXED.strip().splitlines(), ids=lambda line: line.split()[0])
def test_a_shipped_suite_is_as_fixed_and_says_in_its_own_words_what_it_expects(line: str) -> None:
    code, _owed_by, kind, *_, missing, late, source = line.split()
    suite = [one for one in CATALOGUE[code].suite if one.finding in NOT_ACCEPTED]
    not_accepted = NOT_ACCEPTED_OF_AN_EVENT if kind == "event" else NOT_ACCEPTED
    assert [(one.finding, one.severity, one.kwargs) for one in suite] == [
        (finding, severity, {"column": "status", "value_set": statuses})
        for (finding, statuses), severity in zip(not_accepted.items(), (missing, late, source), strict=True)
        if severity != "-"
    ]
    assert {(one.expectation, one.mostly) for one in suite} == {("expect_column_values_to_not_be_in_set", 1.0)}
    assert not {one.meaning for one in suite} & {one["meaning"] for one in SHARED.expectations}


# What the suites of some returns look for besides: finding, expectation, column and severity.
BESIDES = """
appointments      parts_missing  expect_column_values_to_be_null     parts_missing info
digital_telephony parts_missing  expect_column_values_to_be_null     parts_missing info
workforce         unexpected_row expect_column_values_to_match_regex record_count  info
workforce         parts_missing  expect_column_values_to_be_null     parts_missing info
"""


def test_what_suites_look_for_besides_is_as_fixed() -> None:
    assert [
        [code, one.finding, one.expectation, one.kwargs["column"], one.severity]
        for code, definition in CATALOGUE.items()
        for one in definition.suite
        if one.finding not in NOT_ACCEPTED
    ] == [line.split() for line in BESIDES.strip().splitlines()]


def test_there_are_these_returns_and_no_other() -> None:
    assert list(CATALOGUE) == [line.split()[0] for line in FIXED.strip().splitlines()]


@pytest.fixture
def shipped() -> str:
    return CATALOGUE["workforce"].path.read_text(encoding="utf-8")


KNOWN = '[[calendar.known_due]]\nperiod_start = 2025-01-01\n%sbasis = "agreed"\nsource = "x"\n[[suite]]'
TWO_LAWS = "[[law]]\n{first}\ngms = 'a'\npms = 'a'\nguidance = 'a'\ndemand = 'a'\nsources = []\nverified = []\nunverified = []\n[[law]]\n{second}\n[calendar]"
LATE = 'finding = "late_return"\n'

# The type of an expectation, its kwargs, and what the message says of them.
EXPECT = "expect_column_"
WRONG_KWARGS = [
    ("values_to_match_regex", 'column = "status"', "column, regex, row_condition, condition_parser (needed: column, regex); found column"),
    ("values_to_match_regex", 'column = "status", regx = "a"', "found column, regx"),
    ("values_to_match_regex", 'column = "status", regex = 5', "kwargs.regex of expect_column_values_to_match_regex: a text; found 5"),
    ("mean_to_be_between", 'column = "status", min_value = true', "kwargs.min_value of expect_column_mean_to_be_between: a number or a date; found True"),
    ("mean_to_be_between", 'column = "attempts"', "min_value or max_value, or both"),
    ("values_to_match_regex", 'column = "state", regex = "a"', "kwargs.column is a column of return_status (organisation_code"),
    ("pair_values_to_be_equal", 'column_A = "status", column_B = "is_matched"', "found 'is_matched'"),
    ("values_to_be_null", 'column = "status", row_condition = "x"', "row_condition goes with condition_parser"),
    ("values_to_match_regex_list", 'column = "status", regex_list = ["a"], match_on = "some"', "match_on of expect_column_values_to_match_regex_list: 'any' or 'all'; found 'some'"),
]  # fmt: skip

# What is changed in the file, the key that the message names, and what else it says.
MISTAKES = [
    ('kind = "periodic"', 'kind = "sometimes"', "kind", "'periodic', 'on_request', 'event' or 'declaration'"),
    ('owed_by = "practice"', 'owed_by = "gp"', "owed_by", "'practice', 'pcn' or 'trust'"),
    ('period = "month"', 'period = "week"', "calendar.period", "'month', 'quarter', 'contract_year' or 'request'"),
    ("months_after = 0", 'months_after = "0"', "calendar.due.months_after", "found '0'"),
    ("months_after = 0", "months_after = 0\nday = 5", "calendar.due", "rule 'month_end' takes ['months_after']"),
    ("grace_days = 0", "grace_days = -1", "calendar.grace_days", "greater than or equal to 0"),
    ("grace_days = 0", "grace = 0", "calendar.grace", "there is no such key"),
    (
        "late_return",
        "late",
        "suite.[1].finding",
        "'missing_return', 'late_return', 'source_not_loaded', 'parts_missing' or 'unexpected_row'",
    ),
    (LATE, LATE + 'severity = "bad"\n', "suite.[1].severity", "'critical', 'warning' or 'info'"),
    (LATE, LATE + "mostly = 2.0\n", "suite.[1].mostly", "less than or equal to 1"),
    (LATE, LATE + "mostly = true\n", "suite.[1].mostly", "a valid number"),
    (LATE, LATE + 'expectation = "expect_column_values_to_be_null"\n', "suite.[1].kwargs", "is missing"),
    (
        LATE,
        LATE + 'kwargs = { column = "state", value_set = [] }\n',
        "suite.[1]",
        "kwargs.column is a column of return_status",
    ),
    (
        "[law]",
        'suite_without = ["late"]\n[law]',
        "suite_without.[0]",
        "'missing_return', 'late_return', 'source_not_loaded'",
    ),
    ("[law]", 'suite_without = "late_return"\n[law]', "suite_without", "a valid list"),
    ("[law]", 'suite_without = ["late_return"]\n[law]', "suite.[1].expectation", "is missing"),
    ("title = ", "name = ", "title", "is missing"),
    ("actions = [", "actions = [11, ", "actions", "numbers from 1 to 10"),
    ("[law]", "[law", "workforce.toml", "is not valid TOML"),
    (LATE, LATE + 'expectation = "expect_magic"\n', "suite.[1].expectation", "found 'expect_magic'"),
    (LATE, LATE + 'expectation = "expect_magic"\n', "suite.[1].expectation", "'expect_column_values_to_match_regex'"),
    (LATE, LATE + 'table = "rows"\n', "suite.[1].table", "'return_status' or 'submission'"),
    *(
        (LATE, f'{LATE}expectation = "{EXPECT}{kind}"\nseverity = "info"\nkwargs = {{ {kwargs} }}\n', "suite.[1]", told)
        for kind, kwargs, told in WRONG_KWARGS
    ),
    (
        "grace_days = 0",
        "effective_from = 2025-01-01\neffective_to = 2024-12-31\ngrace_days = 0",
        "calendar",
        "effective_to on or after effective_from 2025-01-01",
    ),
    (
        "[[suite]]",
        '[[calendar.known_due]]\nperiod_start = 2025-01-15\ndue_on = 2025-02-01\nbasis = "agreed"\nsource = "x"\n[[suite]]',
        "calendar",
        "a period_start that is the first day of a month",
    ),
    ('rule = "month_end"', 'rule = "monthly"', "calendar.due.rule", "'none', 'month_end'"),
    ("actions = [", 'actions = ["2026-3", ', "actions", 'or "2024-1"'),
    ("actions = [", "actions = [0, ", "actions", "there is no 0"),
    (
        "[[suite]]",
        KNOWN % "opens_on = 2025-03-01\ndue_on = 2025-02-28\n",
        "calendar.known_due.[0]",
        "due_on on or after opens_on 2025-03-01, found 2025-02-28",
    ),
    (
        "[[suite]]",
        KNOWN.replace("[[suite]]", KNOWN) % ("due_on = 2025-02-28\n", "due_on = 2025-03-28\n"),
        "calendar",
        "one block for each period_start, found 2025-01-01 twice",
    ),
    (
        'rule = "month_end"',
        'rule = "month_end"\nnth = 12',
        "calendar.due",
        "takes ['months_after'], found ['months_after', 'nth']",
    ),
    ('rule = "month_end"', 'rule = "nth_working_day"\nnth = 19', "calendar.due.nth", "less than or equal to 18"),
    (
        'rule = "month_end"',
        'rule = "last_weekday"\nweekday = "monday"\nnot_after = { month = 12, day = 3 }',
        "calendar.due.not_after.day",
        "greater than or equal to 7",
    ),
    (
        'rule = "month_end"',
        'rule = "last_weekday"',
        "calendar.due",
        "takes ['months_after', 'weekday'] and may have ['not_after']",
    ),
    (
        "[law]",
        "[law]\neffective_from = 2025-01-01\neffective_to = 2024-01-01",
        "law.[0]",
        "effective_to on or after effective_from 2025-01-01, found 2024-01-01",
    ),
    ("watched_by_default = true", "watched_by_default = 1", "watched_by_default", "true or false"),
]


@pytest.mark.parametrize(("good", "bad", "key", "told"), MISTAKES, ids=[bad for _good, bad, *_ in MISTAKES])
def test_a_mistake_names_file_key_value_and_what_is_allowed(
    tmp_path: Path, shipped: str, good: str, bad: str, key: str, told: str
) -> None:
    shipped = shipped.replace("[law]", "watched_by_default = true\n[law]", 1)
    assert good in shipped
    file = tmp_path / "workforce.toml"
    file.write_text(shipped.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as mistake:
        read_return(file, SHARED)
    assert str(file) in mistake.value.message
    assert key in mistake.value.message
    assert told in mistake.value.message


# The spans of two laws of one return, and what is said of them; None: they follow one another.
SPANS = [
    ("effective_to = 2026-03-31", "effective_from = 2026-04-01", None),
    (
        "effective_to = 2026-06-30",
        "effective_from = 2026-04-01",
        "effective_to 2026-06-30, then effective_from 2026-04-01",
    ),
    ("", "effective_from = 2026-04-01", "effective_to left out, then effective_from 2026-04-01"),
    ("effective_to = 2026-03-31", "", "effective_to 2026-03-31, then effective_from left out"),
    (
        "effective_to = 2026-03-30",
        "effective_from = 2026-04-01",
        "effective_to 2026-03-30, then effective_from 2026-04-01",
    ),
]


@pytest.mark.parametrize(("first", "second", "told"), SPANS)
def test_dated_laws_follow_one_another_and_a_later_one_says_what_differs(
    tmp_path: Path, shipped: str, first: str, second: str, told: str | None
) -> None:
    laws = TWO_LAWS.format(first=first, second=f"{second}\ndemand = 'b'")
    file = tmp_path / "workforce.toml"
    file.write_text(shipped[: shipped.index("[law]")] + laws + shipped.partition("[calendar]")[2], encoding="utf-8")
    if told is None:
        assert [(law.gms, law.demand) for law in read_return(file, SHARED).law] == [("a", "a"), ("a", "b")]
        return
    with pytest.raises(ConfigurationError, match="law") as mistake:
        read_return(file, SHARED)
    assert f"{file}, law: its values do not fit together" in mistake.value.message
    assert told in mistake.value.message


@pytest.mark.parametrize("code", ["guidance", "all"])
def test_no_return_has_the_name_of_several(tmp_path: Path, shipped: str, code: str) -> None:
    (tmp_path / f"{code}.toml").write_text(shipped, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="neither guidance nor all"):
        load_catalogue(tmp_path)


def test_a_workspace_overrides_a_return_and_adds_one(tmp_path: Path, shipped: str) -> None:
    (tmp_path / "workforce.toml").write_text(shipped.replace("grace_days = 0", "grace_days = 3"), encoding="utf-8")
    (tmp_path / "my_own_return.toml").write_text(shipped, encoding="utf-8")
    catalogue = load_catalogue(tmp_path)
    assert catalogue["workforce"].calendar.grace_days == 3
    assert catalogue["my_own_return"].code == "my_own_return"
    assert len(catalogue) == len(CATALOGUE) + 1
    assert "my_own_return" in watched(catalogue, ["guidance"])


def test_a_name_that_cannot_be_a_return_code_is_said_to_be_one(tmp_path: Path, shipped: str) -> None:
    (tmp_path / "My Return.toml").write_text(shipped, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="small letters, digits and underscores"):
        load_catalogue(tmp_path)


# What a return's file says of its suite, and the whole suite that comes of it: finding, statuses or days, severity.
MISSING, LATE_AS_SHARED, SOURCE = (
    "missing_return ['not_received', 'rejected'] critical", "late_return ['received_late'] info", "source_not_loaded ['not_known'] warning"
)  # fmt: skip
BLOCK = f"[[suite]]\n{LATE}"
WHOLE = 'expectation = "expect_column_values_to_not_be_in_set"\nseverity = "info"\nmeaning = "Not that late."\n'
ELEVEN = BLOCK + WHOLE + 'kwargs = { column = "days_late", value_set = [11] }\n'
TWELVE = ELEVEN.replace("11", "12")
UP_TO_TEN = ELEVEN.replace("not_be_in_set", "be_between").replace("value_set = [11]", "max_value = 10")
WITHOUT_LATE = 'suite_without = ["late_return"]\n'
SUITES = {
    "nothing": ("", "", [MISSING, LATE_AS_SHARED, SOURCE]),
    "another severity": ("", BLOCK + 'severity = "critical"', ["late_return ['received_late'] critical", MISSING, SOURCE]),
    "another type of expectation, which is added": ("", UP_TO_TEN, ["late_return 10 info", MISSING, LATE_AS_SHARED, SOURCE]),
    "one of the same type, in place of the shared one": ("", ELEVEN, ["late_return [11] info", MISSING, SOURCE]),
    "a second of the same type, which is added": ("", ELEVEN + TWELVE, ["late_return [11] info", "late_return [12] info", MISSING, SOURCE]),
    "that one is left out": (WITHOUT_LATE, "", [MISSING, SOURCE]),
    "that one is left out for its own": (WITHOUT_LATE, UP_TO_TEN, ["late_return 10 info", MISSING, SOURCE]),
}  # fmt: skip


@pytest.mark.parametrize(("without", "own", "whole"), SUITES.values(), ids=list(SUITES))
def test_a_file_changes_the_shared_suite_adds_to_it_or_leaves_some_of_it_out(
    tmp_path: Path, shipped: str, without: str, own: str, whole: list[str]
) -> None:
    file = tmp_path / "my_own_return.toml"
    file.write_text(without + shipped[: shipped.index("[[suite]]")] + own, encoding="utf-8")
    suite = read_return(file, SHARED).suite
    assert [f"{one.finding} {list(one.kwargs.values())[1]} {one.severity}" for one in suite] == whole


def test_a_workspace_has_its_own_shared_suite_which_the_shipped_returns_take_too(tmp_path: Path) -> None:
    ours = SHARED.path.read_text(encoding="utf-8").replace("mostly = 1.0", "mostly = 0.9", 1)
    (tmp_path / "_suite.toml").write_text(ours, encoding="utf-8")
    catalogue = load_catalogue(tmp_path)
    assert len(catalogue) == len(CATALOGUE)
    assert [one.mostly for one in catalogue["mhra_alerts"].suite] == [0.9, 1.0, 1.0]
    assert catalogue["workforce"].model_dump_json() != CATALOGUE["workforce"].model_dump_json()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BLOCK, "suite.[0].expectation: is missing"),
        (
            ELEVEN,
            "a [[suite]] block for each of missing_return, late_return, source_not_loaded; none for missing_return",
        ),
        ("title = 1", "suite: is missing"),
    ],
)
def test_a_mistake_in_the_shared_suite_names_its_file(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "_suite.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as mistake:
        load_catalogue(tmp_path)
    assert str(tmp_path / "_suite.toml") in mistake.value.message
    assert told in mistake.value.message


def test_a_file_that_repeats_the_whole_suite_as_files_once_did_keeps_it_as_it_is(tmp_path: Path, shipped: str) -> None:
    shared = SHARED.path.read_text(encoding="utf-8")
    repeated = shared[shared.index("[[suite]]") :].replace('"info"', '"warning"').replace("mostly = 1.0\n", "")
    file = tmp_path / "workforce.toml"
    file.write_text(shipped[: shipped.index("[[suite]]")] + repeated, encoding="utf-8")
    suite = [one.model_dump() for one in read_return(file, SHARED).suite]
    assert suite == [{"mostly": 1.0, "table": "return_status", **one} for one in tomllib.loads(repeated)["suite"]]


def test_the_example_in_the_readme_is_a_whole_file(tmp_path: Path) -> None:
    text = (EXPECTATIONS / "README.md").read_text(encoding="utf-8")
    file = tmp_path / "flu_vaccine_orders.toml"
    file.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert [one.finding for one in read_return(file, SHARED).suite] == list(NOT_ACCEPTED)
