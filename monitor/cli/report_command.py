"""`monitor report`: the report site, built anew."""

from __future__ import annotations

import click

from monitor import pipeline
from monitor.cli.options import DONE, Here, examples, in_workspace
from monitor.core.text import number


@click.command(epilog=examples("report", "report --data-docs"))
@click.option(
    "--data-docs", is_flag=True, help="Also run the suites and write Great Expectations' own pages about them."
)
@in_workspace
@click.pass_obj
def report(here: Here, data_docs: bool) -> int:
    """Rebuild the report site from what is published."""
    context = here.context()
    if data_docs:
        pipeline.make_data_docs(context)
    built = pipeline.report(context)
    here.talk.quiet()
    click.echo(f"{built.folder / 'index.html'}: {number(built.written, 'file')} written, {built.removed:,} removed")
    return DONE
