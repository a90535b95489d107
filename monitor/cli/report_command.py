"""`monitor report`: the report site, built anew."""

from __future__ import annotations

import click

from monitor import pipeline
from monitor.cli.options import DONE, Here, in_workspace


@click.command()
@in_workspace
@click.pass_obj
def report(here: Here) -> int:
    """Rebuild the report site from what is published."""
    built = pipeline.report(here.context())
    here.talk.quiet()
    click.echo(f"{built.folder / 'index.html'}: {built.written:,} files written, {built.removed:,} removed")
    return DONE
