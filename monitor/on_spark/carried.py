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
HELD = exp.to_identifier("held")


class NotCarried(Exception):
    """A text of the rules that has no meaning on Spark: ours to write otherwise."""


@dataclass(frozen=True)
class Step:
    """One statement: the query in Spark's SQL, the view that it makes, and which views it reads.

    table: its rows are worked out once, as DuckDB does; else it is a view. into: its rows are put to those that are
    there, whose columns they take by place; by_name: by their names. drops: the view is done with, and makes nothing.
    """

    makes: str
    query: str
    reads: frozenset[str]
    table: bool
    into: bool = False
    by_name: bool = False
    drops: bool = False
    deletes: bool = False

    @property
    def makes_rows(self) -> bool:
        """Whether there is something to work out."""
        return not (self.drops or self.deletes)

    @property
    def empties(self) -> bool:
        """Whether no row is left."""
        return self.deletes and self.query.endswith("WHERE FALSE")


def view_of(name: str, in_store: bool = False) -> str:
    """The Spark view that stands for a table of ours."""
    return f"{PREFIX}{STORE}__{name}" if in_store else f"{PREFIX}{name}"


@cache
def carry(text: str, only: frozenset[str] = frozenset()) -> tuple[Step, ...]:
    """Carry the statements of a text, in their order; only: those that make these tables.

    What is taken away is what a query leaves; comments are left out.
    """
    parsed = [one for one in sqlglot.parse(text, read="duckdb") if one is not None]
    steps = [_step(one) for one in parsed if not isinstance(one, exp.Comment | exp.Semicolon)]
    return tuple(step for step in steps if not only or step.makes.rpartition("__")[2] in only)


@cache
def carry_query(text: str) -> str:
    """A query that makes nothing, in Spark's SQL."""
    query = sqlglot.parse_one(text, read="duckdb")
    if not isinstance(query, exp.Query):
        raise NotCarried(f"is no query: {text[:200]}")
    return _carried(query)[0]


def _step(statement: exp.Expr) -> Step:
    target = statement.this.this if isinstance(statement.this, exp.Schema) else statement.this
    if isinstance(statement, exp.Drop):
        target = statement.find(exp.Table)
    if not isinstance(target, exp.Table):
        raise NotCarried(f"is about no table: {statement.sql('duckdb')[:200]}")
    makes, kind = view_of(target.name, target.db == STORE), str(statement.args.get("kind"))
    if isinstance(statement, exp.Drop) and kind in ("TABLE", "VIEW"):
        return Step(makes, "", frozenset(), table=False, drops=True)
    if isinstance(statement, exp.Delete) and not statement.args.get("using"):
        query, reads = _carried(_left_by(statement, target))
        return Step(makes, query, reads, table=False, deletes=True)
    into = isinstance(statement, exp.Insert)
    if not into and not (isinstance(statement, exp.Create) and kind in ("TABLE", "VIEW")):
        raise NotCarried(f"neither makes nor fills a table: {statement.sql('duckdb')[:200]}")
    query, reads = _carried(_rows_of(statement))
    return Step(makes, query, reads, into or kind == "TABLE", into, bool(statement.args.get("by_name")))


def _left_by(statement: exp.Delete, target: exp.Table) -> exp.Query:
    """What a DELETE leaves, as a query."""
    kept: exp.Expr = exp.false()
    if statement.args.get("where") is not None:
        kept = exp.func("COALESCE", statement.args["where"].this.copy(), exp.false()).not_()
    return exp.select("*").from_(target.copy()).where(kept)


def _rows_of(statement: exp.Expr) -> exp.Query:
    """The rows that a statement makes a table of, or puts into one."""
    rows = statement.expression
    if rows is None and isinstance(statement.this, exp.Schema):
        columns = [
            exp.Cast(this=exp.null(), to=one.kind).as_(one.name) for one in statement.this.find_all(exp.ColumnDef)
        ]
        return exp.select(*columns).where(exp.false())
    if isinstance(rows, exp.Values):
        return exp.select("*").from_(exp.Values(expressions=rows.expressions, alias=exp.TableAlias(this=HELD)))
    if not isinstance(rows, exp.Query):
        raise NotCarried(f"neither makes nor fills a table by a query: {statement.sql('duckdb')[:200]}")
    query = rows.copy()
    if isinstance(statement, exp.Insert) and statement.args.get("with_"):  # where sqlglot has what stands before SELECT
        query.set("with_", statement.args["with_"].copy())
    return query


def _carried(query: exp.Expr) -> tuple[str, frozenset[str]]:
    """A query in Spark's SQL, and the views that it reads."""
    query = _written_out(query.copy())
    for change in CHANGES:
        query = query.transform(change)
    reads = _named_as_on_spark(query)
    return _as_spark(query), reads


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


def _has_star_beside_using(node: exp.Expr) -> bool:
    """Spark puts the columns of USING first, or leaves them out: what goes by place would be other columns there."""
    return (
        isinstance(node, exp.Select)
        and any(join.args.get("using") for join in node.args.get("joins") or ())
        and any(one.is_star for one in node.expressions)
    )


# What sqlglot writes as it stands, and Spark does not read, or reads otherwise.
NOT_OF_SPARK: Mapping[str, Callable[[exp.Expr], bool]] = {
    "REPLACE after a star": lambda node: isinstance(node, exp.Star) and bool(node.args.get("replace")),
    "UNION BY NAME": lambda node: isinstance(node, exp.SetOperation) and bool(node.args.get("by_name")),
    "a star beside USING": _has_star_beside_using,
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
