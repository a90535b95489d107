"""The store's own SQL as Spark SQL: read as DuckDB reads it and written as Spark reads it, when it runs.

sqlglot does nearly all of it. What it leaves is here, each a general step over the parsed text and never one over a
named query: macros written out; names; and the few functions that both engines have under another name or with another
word on NULL. What neither sqlglot nor a step can say raises NotCarried: a test carries every rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

from monitor.store import schema

PREFIX = "monitor__"  # of the temporary views that the rules make in a Spark session
STORE = "data"


class NotCarried(Exception):
    """A text of the rules that has no meaning on Spark: ours to write otherwise."""


@dataclass(frozen=True)
class Step:
    """One statement: the query in Spark's SQL, the view that it makes, and which views it reads.

    table: its rows are worked out once, as DuckDB does; else it is a view. into: rows of a table of the store, whose
    columns they take by place; by_name: by their names.
    """

    makes: str
    query: str
    reads: frozenset[str]
    table: bool
    into: bool = False
    by_name: bool = False


def view_of(name: str, in_store: bool = False) -> str:
    """The Spark view that stands for a table of ours."""
    return f"{PREFIX}{STORE}__{name}" if in_store else f"{PREFIX}{name}"


@cache
def carry(text: str, only: frozenset[str] = frozenset()) -> tuple[Step, ...]:
    """Carry the statements of a text, in their order; only: those that make these tables.

    What only takes away, or comments, is left out: each statement that makes something replaces it.
    """
    parsed = [one for one in sqlglot.parse(text, read="duckdb") if one is not None]
    return tuple(_step(one) for one in parsed if _makes(one) and (not only or _target(one).name in only))


def _makes(statement: exp.Expr) -> bool:
    """Whether it makes something; NotCarried where it does what no statement here may."""
    if isinstance(statement, exp.Drop | exp.Comment | exp.Semicolon):
        return False
    if isinstance(statement, exp.Delete) and statement.args.get("where") is None:
        return False
    is_made = isinstance(statement, exp.Create) and statement.kind in ("TABLE", "VIEW")
    if not (is_made or isinstance(statement, exp.Insert)) or not isinstance(statement.expression, exp.Query):
        raise NotCarried(f"neither makes nor fills a table by a query: {statement.sql('duckdb')[:200]}")
    return True


def _target(statement: exp.Expr) -> exp.Table:
    target = statement.this
    if not isinstance(target, exp.Table):
        raise NotCarried(f"fills no table: {statement.sql('duckdb')[:200]}")
    return target


def _step(statement: exp.Expr) -> Step:
    query, into = statement.expression.copy(), isinstance(statement, exp.Insert)
    if into and statement.args.get("with_"):  # sqlglot has what stands before SELECT on the INSERT
        query.set("with_", statement.args["with_"].copy())
    query = _written_out(query)
    for change in CHANGES:
        query = query.transform(change)
    reads = _named_as_on_spark(query)
    makes = view_of(_target(statement).name, _target(statement).db == STORE)
    is_table = into or str(statement.args.get("kind")) == "TABLE"
    return Step(makes, _as_spark(query), reads, is_table, into, bool(statement.args.get("by_name")))


def _as_spark(query: exp.Expr) -> str:
    unknown = {call.name for call in query.find_all(exp.Anonymous)} - KNOWN_TO_SPARK
    if unknown:
        raise NotCarried(f"functions that Spark has not: {', '.join(sorted(unknown))}")
    for node in query.walk():
        for kind, found in NOT_OF_SPARK.items():
            if found(node):
                raise NotCarried(f"{kind}: {node.sql('duckdb')[:200]}")
    try:
        return query.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False)
    except sqlglot.UnsupportedError as error:
        raise NotCarried(str(error)) from error


def _named_as_on_spark(query: exp.Expr) -> frozenset[str]:
    """Give tables of ours the names of their views, in place; what they are."""
    within = {one.alias for one in query.find_all(exp.CTE)}
    reads = set()
    for table in list(query.find_all(exp.Table)):
        if not isinstance(table.this, exp.Identifier) or (not table.db and table.name in within):
            continue
        name = view_of(table.name, table.db == STORE)
        alias = table.alias or table.name
        reads.add(name)
        table.set("db", None)
        table.set("this", exp.to_identifier(name))
        table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    return frozenset(reads)


# ------------------------------------------------------------------------------------------------------- macros


@cache
def _macros() -> Mapping[str, tuple[list[str], exp.Expr]]:
    """Of the macros that questions need: their parameters, and what they stand for."""
    made = sqlglot.parse(schema.SQL["macros_of_questions"], read="duckdb", error_level=sqlglot.ErrorLevel.IGNORE)
    macros = {}
    for one in made:
        if isinstance(one, exp.Create) and isinstance(one.this, exp.UserDefinedFunction):
            macros[one.this.this.name.lower()] = ([p.name for p in one.this.expressions], one.expression)
    return macros


def _written_out(query: exp.Expr) -> exp.Expr:
    """Each call of a macro as what it stands for, until none is left."""
    while True:
        calls = [call for call in query.find_all(exp.Anonymous) if call.name.lower() in _macros()]
        if not calls:
            return query
        calls[-1].replace(_body_with(calls[-1]))  # the innermost: of one within another the other comes first


def _body_with(call: exp.Anonymous) -> exp.Expr:
    parameters, body = _macros()[call.name.lower()]
    given = dict(zip(parameters, call.expressions, strict=True))

    def put(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and not node.table and node.name in given:
            return exp.paren(given[node.name].copy())
        return node

    return exp.paren(body.copy().transform(put))


# ------------------------------------------------------------------------------------------------- other meanings

KNOWN_TO_SPARK = frozenset({"UNIX_MICROS"})
# What sqlglot writes as it stands, and Spark does not read.
NOT_OF_SPARK: Mapping[str, Callable[[exp.Expr], bool]] = {
    "REPLACE after a star": lambda node: isinstance(node, exp.Star) and bool(node.args.get("replace")),
    "UNION BY NAME": lambda node: isinstance(node, exp.SetOperation) and bool(node.args.get("by_name")),
    "COLUMNS": lambda node: isinstance(node, exp.Columns),
    "unnest within an expression": lambda node: (
        isinstance(node, exp.Unnest | exp.Explode)
        and not isinstance(node.parent, exp.Alias | exp.Select | exp.From | exp.Join)
    ),
}


def _least_or_greatest(node: exp.Expr) -> exp.Expr:
    """arg_min and arg_max pass over rows whose value is NULL; Spark's min_by and max_by do not, as arg_min_null."""
    if isinstance(node, exp.ArgMin | exp.ArgMax) and not node.args.get("keeps_null"):
        value, order = node.this, node.expression
        counted = exp.case().when(value.copy().is_(exp.null()).not_(), order.copy())
        return type(node)(this=value.copy(), expression=counted, keeps_null=True)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "arg_min_null":
        value, order = node.expressions
        return exp.ArgMin(this=value.copy(), expression=order.copy(), keeps_null=True)
    return node


def _of_text(node: exp.Expr) -> exp.Expr:
    """trim takes off every kind of space that Unicode knows; a full match is of the whole text."""
    if isinstance(node, exp.Trim) and node.expression is None:
        return exp.RegexpReplace(
            this=node.this.copy(),
            expression=exp.Literal.string(r"^\p{Zs}+|\p{Zs}+$"),
            replacement=exp.Literal.string(""),
        )
    if isinstance(node, exp.RegexpFullMatch):
        whole = exp.Literal.string(rf"\A(?:{node.expression.name})\z")
        return exp.RegexpLike(this=node.this.copy(), expression=whole)
    return node


def _of_numbers_and_times(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name.lower() == "epoch_us":
        return exp.Anonymous(this="UNIX_MICROS", expressions=[one.copy() for one in node.expressions])
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return exp.DataType.build("DECIMAL(38, 0)")
    return node


CHANGES: tuple[Callable[[exp.Expr], exp.Expr], ...] = (_least_or_greatest, _of_text, _of_numbers_and_times)
