"""The expectation types of Great Expectations that a suite may hold, and their kwargs: here, because importing it takes
seconds, and the catalogue is read by every command. A test compares these tables with Great Expectations itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

_BOUNDS = "min_value max_value strict_min strict_max"
_IF = "row_condition condition_parser"

# One line a type: the kwargs that it needs | those that it may have besides.
_OF_ROWS = f"""
expect_column_values_to_not_be_in_set                  column value_set                 | {_IF}
expect_column_values_to_be_in_set                      column value_set                 | {_IF}
expect_column_values_to_be_null                        column                           | {_IF}
expect_column_values_to_not_be_null                    column                           | {_IF}
expect_column_values_to_be_between                     column                           | {_BOUNDS} {_IF}
expect_column_values_to_be_unique                      column                           | {_IF}
expect_column_value_lengths_to_be_between              column                           | {_BOUNDS} {_IF}
expect_column_value_lengths_to_equal                   column value                     | {_IF}
expect_column_value_z_scores_to_be_less_than           column threshold double_sided    | {_IF}
expect_column_values_to_match_regex                    column regex                     | {_IF}
expect_column_values_to_not_match_regex                column regex                     | {_IF}
expect_column_values_to_match_regex_list               column regex_list                | match_on {_IF}
expect_column_values_to_not_match_regex_list           column regex_list                | {_IF}
expect_column_values_to_match_like_pattern             column like_pattern              | escape {_IF}
expect_column_values_to_not_match_like_pattern         column like_pattern              | escape {_IF}
expect_column_values_to_match_like_pattern_list        column like_pattern_list         | match_on escape {_IF}
expect_column_values_to_not_match_like_pattern_list    column like_pattern_list         | escape {_IF}
expect_column_pair_values_a_to_be_greater_than_b       column_A column_B                | or_equal ignore_row_if {_IF}
expect_column_pair_values_to_be_equal                  column_A column_B                | ignore_row_if {_IF}
expect_column_pair_values_to_be_in_set                 column_A column_B value_pairs_set | ignore_row_if {_IF}
expect_compound_columns_to_be_unique                   column_list                      | ignore_row_if {_IF}
expect_multicolumn_sum_to_equal                        column_list sum_total            | ignore_row_if {_IF}
expect_multicolumn_values_to_be_equal                  column_list                      | ignore_row_if {_IF}
expect_select_column_values_to_be_unique_within_record column_list                      | ignore_row_if {_IF}
"""
_OF_ALL = f"""
expect_column_distinct_values_to_be_in_set                 column value_set | {_IF}
expect_column_distinct_values_to_contain_set               column value_set | {_IF}
expect_column_distinct_values_to_equal_set                 column value_set | {_IF}
expect_column_most_common_value_to_be_in_set               column value_set | ties_okay {_IF}
expect_column_max_to_be_between                            column           | {_BOUNDS} {_IF}
expect_column_min_to_be_between                            column           | {_BOUNDS} {_IF}
expect_column_mean_to_be_between                           column           | {_BOUNDS} {_IF}
expect_column_median_to_be_between                         column           | {_BOUNDS} {_IF}
expect_column_stdev_to_be_between                          column           | {_BOUNDS} {_IF}
expect_column_sum_to_be_between                            column           | {_BOUNDS} {_IF}
expect_column_unique_value_count_to_be_between             column           | {_BOUNDS} {_IF}
expect_column_proportion_of_non_null_values_to_be_between  column           | {_BOUNDS} {_IF}
expect_column_proportion_of_unique_values_to_be_between    column           | {_BOUNDS} {_IF}
expect_column_to_exist                                     column           | column_index
expect_table_row_count_to_be_between                       -                | {_BOUNDS} {_IF}
expect_table_row_count_to_equal                            value            | {_IF}
"""
# Types that Great Expectations has and that cannot be worked out over the columns of a view in DuckDB: why.
WITHOUT = {
    "expect_column_kl_divergence_to_be_less_than": "needs a partition that another run made",
    "expect_column_quantile_values_to_be_between": "its result cannot be kept by Great Expectations 1.24",
    "expect_column_type_to_be": "the types of our columns are fixed",
    "expect_column_values_to_be_in_type_list": "the types of our columns are fixed",
    "expect_column_values_to_be_of_type": "the types of our columns are fixed",
    "expect_column_values_to_be_dateutil_parseable": "works on pandas only",
    "expect_column_values_to_be_decreasing": "rows have no order",
    "expect_column_values_to_be_increasing": "rows have no order",
    "expect_column_values_to_be_json_parseable": "works on pandas only",
    "expect_column_values_to_match_json_schema": "works on pandas only",
    "expect_column_values_to_match_strftime_format": "works on pandas only",
    "expect_column_values_to_not_be_outliers": "not worked out for DuckDB",
    "expect_multicolumn_values_to_be_unique": "replaced by expect_compound_columns_to_be_unique",
    "expect_query_results_to_match_comparison": "asks another data source",
    "expect_table_column_count_to_be_between": "the columns are ours",
    "expect_table_column_count_to_equal": "the columns are ours",
    "expect_table_columns_to_match_ordered_list": "the columns are ours",
    "expect_table_columns_to_match_set": "the columns are ours",
    "expect_table_row_count_to_equal_other_table": "asks another table",
}

_TEXT, _NUMBER, _LIST, _FLAG = "a text", "a number", "a list", "true or false"
_BOUND, _WHOLE = "a number or a date", "a whole number"
_OR_ALL = ("any", "all")
_MISSING = (
    "both_values_are_missing", "either_value_is_missing", "neither", "all_values_are_missing", "any_value_is_missing",
    "never",
)  # fmt: skip
_VALUE_OF: dict[str, str | tuple[str, ...]] = {
    "column": _TEXT, "column_A": _TEXT, "column_B": _TEXT, "column_list": _LIST, "column_index": _WHOLE,
    "value_set": _LIST, "value_pairs_set": _LIST, "value": _WHOLE, "threshold": _NUMBER, "double_sided": _FLAG,
    "sum_total": _NUMBER, "min_value": _BOUND, "max_value": _BOUND, "strict_min": _FLAG, "strict_max": _FLAG,
    "regex": _TEXT, "regex_list": _LIST, "like_pattern": _TEXT, "like_pattern_list": _LIST, "escape": _TEXT,
    "match_on": _OR_ALL, "or_equal": _FLAG, "ties_okay": _FLAG, "ignore_row_if": _MISSING, "row_condition": _TEXT,
    "condition_parser": ("great_expectations",),
}  # fmt: skip
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    _TEXT: (str,), _NUMBER: (int, float), _LIST: (list,), _FLAG: (bool,), _BOUND: (int, float, date, datetime),
    _WHOLE: (int,),
}  # fmt: skip


@dataclass(frozen=True)
class ExpectationType:
    """What an expectation type takes. of_rows: it judges each row, and can be met by most of them (`mostly`)."""

    needs: tuple[str, ...]
    may_have: tuple[str, ...]
    of_rows: bool

    @property
    def kwargs(self) -> tuple[str, ...]:
        return (*self.needs, *self.may_have)


def _read(table: str, of_rows: bool) -> dict[str, ExpectationType]:
    types = {}
    for line in table.strip().splitlines():
        name, *needs = line.partition("|")[0].replace(" - ", " ").split()
        types[name] = ExpectationType(tuple(needs), tuple(line.partition("|")[2].split()), of_rows)
    return types


TYPES = {**_read(_OF_ROWS, of_rows=True), **_read(_OF_ALL, of_rows=False)}

# Those of which our own SQL gives the complete list (checks/suites.py), with the kwargs that it understands.
LISTED_BY_US = {
    "expect_column_values_to_not_be_in_set": ("column", "value_set"),
    "expect_column_values_to_be_in_set": ("column", "value_set"),
    "expect_column_values_to_be_null": ("column",),
    "expect_column_values_to_not_be_null": ("column",),
    "expect_column_values_to_be_between": ("column", "min_value", "max_value"),
}


def columns_in(kwargs: Mapping[str, Any]) -> list[Any]:
    """The columns that an expectation is about."""
    named = [kwargs[name] for name in ("column", "column_A", "column_B") if name in kwargs]
    several = kwargs.get("column_list", [])
    return [*named, *(several if isinstance(several, list) else [])]


def wrong_value(name: str, value: Any) -> str | None:
    """What is allowed of a kwarg, where its value is something else."""
    allowed = _VALUE_OF[name]
    if isinstance(allowed, tuple):
        return None if value in allowed else " or ".join(map(repr, allowed))
    is_right = isinstance(value, _PYTHON_TYPES[allowed]) and (allowed == _FLAG or not isinstance(value, bool))
    return None if is_right else allowed
