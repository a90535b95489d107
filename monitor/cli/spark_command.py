"""`monitor spark`: the same answer where one machine is not enough, over a folder of files or of tables."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from monitor.checks.suites import Verdict
from monitor.cli.options import Here, as_of_option, examples, in_workspace
from monitor.core.text import number
from monitor.core.vocabulary import VerdictState


@click.command(epilog=examples("spark --input inbox --output on-spark --as-of 2025-01-31"))
@click.option(
    "--input", "given", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="FOLDER",
    help="Tables as Parquet or Delta, by name (submissions/, ...), and files as `monitor load` reads them.",
)  # fmt: skip
@click.option(
    "--output", "wanted", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="FOLDER",
    help="Where return_status, missed_return, absence, findings, verdict and rejected are written, a folder each.",
)  # fmt: skip
@click.option(
    "--format", "kind", type=click.Choice(("parquet", "delta")), default="parquet", show_default=True,
    help="How they are written.",
)  # fmt: skip
@as_of_option
@in_workspace
@click.pass_obj
def spark(here: Here, given: Path, wanted: Path, kind: str, as_of: date | None) -> int:
    """Work out statuses, verdicts and findings by Spark, from a folder of tables or files.

    Under the settings and returns of the workspace, whose store is left alone.
    """
    from monitor.on_spark.session import SPARK, refuse_without, set_for, spark_session

    refuse_without(SPARK)  # before what needs it is imported
    from monitor import pipeline
    from monitor.config.workspace import Workspace
    from monitor.on_spark import derive
    from monitor.on_spark.folders import handed_over, look_into, read_tables, refuse_output, write_answer
    from monitor.operations.in_part import why_of_checks, why_of_files
    from monitor.returns.working_days import england
    from monitor.status.question import Question
    from monitor.store.sessions import reading

    context, found = here.context(), look_into(given)
    refuse_output(wanted)
    session = spark_session(here.environ)
    question = Question(context.as_of(as_of), context.settings, context.catalogue, england())
    with ExitStack() as opened:
        opened.enter_context(set_for(session, given))
        tables, why = read_tables(session, found), []
        if found.others:
            aside = Workspace(Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="monitor-spark-"))))
            shutil.copy(context.workspace.configuration, aside.configuration)
            loading = replace(context, workspace=aside)
            why = why_of_files(pipeline.load(loading, found.others))
            received = opened.enter_context(reading(loading))
            tables |= opened.enter_context(handed_over(received, session, wanted))
        answer = derive(session, tables, question)
        write_answer(answer, wanted, kind, lambda name: here.talk.say(f"{wanted / name}"))
    here.talk.say(said_of(answer.verdicts))
    return here.ended([*why, *why_of_checks(answer.verdicts)])


def said_of(verdicts: Sequence[Verdict]) -> str:
    """Great Expectations' verdicts: how many of each kind, and which expectations could not be checked, and why."""
    counted = Counter(one.state for one in verdicts)
    kinds = [f"{counted[state]:,} {state.replace('_', ' ')}" for state in VerdictState if counted[state]]
    lines = [f"Great Expectations: {number(len(verdicts), 'expectation')}: {', '.join(kinds)}"]
    for one in verdicts:
        if one.state == VerdictState.COULD_NOT_CHECK:
            lines.append(f"could not check {one.return_code}, {one.expectation}: {one.detail}")
    return "\n".join(lines)
