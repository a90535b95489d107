"""`monitor pack`: what of one organisation's returns is not received, and on what that rests, for a conversation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from monitor.cli.options import DONE, Code, Here, as_of_option, examples, in_workspace, known_at_option
from monitor.core.clock import london_date
from monitor.queries.as_of import deriving

FORMATS = ("html", "docx", "both")


@click.command(epilog=examples("pack Z98001", "pack Z98001 --as-of 2025-10-10 --format docx --to letters"))
@click.argument("organisation", type=Code(), metavar="ORGANISATION")
@as_of_option
@known_at_option
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="The folder to write to (default: published/packs/)."
)
@click.option(
    "--format", "how", type=click.Choice(FORMATS), default="both", show_default=True, help="Which files to write."
)
@in_workspace
@click.pass_obj
def pack(
    here: Here, organisation: str, as_of: date | None, known_at: date | None, folder: Path | None, how: str
) -> int:
    """Write a letter to one organisation, and an annex for the ICB.

    The letter takes two pages at most; the annex has the evidence. Each is written as HTML and as a Word document, the
    annex into a folder of its own, for-the-ICB-only.
    """
    from monitor.report.pack.content import annex_of
    from monitor.report.pack.gathering import gather
    from monitor.report.pack.letter import letter_of
    from monitor.report.pack.pack_files import write_pack

    context = here.context()
    workspace, mail, code = context.workspace, context.settings.mail, organisation
    with deriving(context, as_of, known_at=known_at) as (connection, day):
        gathered = gather(connection, code, day)
    contact = (mail.reply_to or (mail.sender if mail.host else None)) if mail else None
    at, own = here.clock(), context.settings.pack.template
    letter = letter_of(gathered, context.catalogue, contact, london_date(at))
    annex = annex_of(gathered, context.catalogue)
    template = Path(own) if own else workspace.pack_template if workspace.pack_template.exists() else None
    written = write_pack(letter, annex, code, day, folder or workspace.packs, how, at, template)
    here.talk.quiet()
    for file in written:
        click.echo(str(file))
    return DONE
