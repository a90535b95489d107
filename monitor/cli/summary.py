"""What a run says at its end, in plain words: what was loaded, what is missing and why, where to look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import duckdb

from monitor.alerts.recipients import OUTBOX
from monitor.config.workspace import Workspace
from monitor.core.text import number, on_one_line, short
from monitor.core.vocabulary import WHY_NOT_KNOWN, Cause, FindingKind, Status, VerdictState, cause_in_a_cell
from monitor.ingest.dry_run import Foreseen
from monitor.ingest.loading import LoadedFile, RowCounts
from monitor.operations.in_part import words_of_rejected
from monitor.operations.misfits import WATCHES_NOBODY, sentence
from monitor.pipeline import Checked, Ran
from monitor.publish.publication import Published
from monitor.queries import listings
from monitor.queries.fits_nobody import Unfit
from monitor.returns.periods import day_label
from monitor.sources.nhs.without_submissions import is_bystander

if TYPE_CHECKING:  # the site needs templates, which most commands do without
    from monitor.report.site.built import Built

MOST_LINES = 12
MOST_REFUSED = 40
MOST_LETTERS_OF_A_LINE = 1_500
MOST_ROWS_FORESEEN = 50


def loaded_lines(loaded: Sequence[LoadedFile]) -> Iterator[str]:
    """What became of each new file."""
    files = [file for file in loaded if file.state == "loaded" and not file.is_read_again]
    again = [file for file in loaded if file.is_read_again]
    refused = [file for file in loaded if file.state == "refused"]
    if not files and not again:
        yield "Nothing new to load."
    elif files:
        total = sum((file.counts for file in files), RowCounts())
        yield (
            f"{number(len(files), 'new file')}: {number(total.in_file, 'row')} = {total.loaded:,} loaded "
            f"+ {total.duplicate:,} duplicate + {total.rejected:,} rejected"
        )
    for file in again:
        yield f"  {on_one_line(file.identity.name)}: {_read_again(file.counts)}"
    for file in refused[:MOST_REFUSED]:
        yield f"  refused: {short(file.detail or '', MOST_LETTERS_OF_A_LINE)}"
    if len(refused) > MOST_REFUSED:
        yield f"  refused: {number(len(refused) - MOST_REFUSED, 'other file')} (`monitor doctor`, the view loaded_file)"
    yield from _not_looked_at(loaded)
    for file in files:
        yield from (f"  {on_one_line(file.identity.name)}: {said}" for said in _words_on(file))


def _not_looked_at(loaded: Sequence[LoadedFile]) -> Iterator[str]:
    """What is left for the next run, and what lies there and is none of ours."""
    lines = [
        f"  {on_one_line(file.identity.name)}: {on_one_line(file.detail or '')}"
        for file in loaded
        if file.state == "left"
    ]
    lines += [f"  passed over: {on_one_line(file.detail or '')}" for file in loaded if file.state == "passed over"]
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"  and {number(len(lines) - MOST_LINES, 'other')} left or passed over"


def foreseen_lines(foreseen: Sequence[Foreseen]) -> Iterator[str]:
    """What loading would come to, by file: nothing of it is kept."""
    if not foreseen:
        yield "Nothing new to load."
    for one in foreseen:
        file, counts = one.file, one.file.counts
        name = on_one_line(file.identity.name)
        if file.state == "refused":
            yield f"{name}: would be refused: {on_one_line(file.detail or '')}"
            continue
        if file.state in ("left", "passed over"):
            yield f"{name}: {on_one_line(file.detail or '')}"
            continue
        rejected = f", {counts.rejected:,} would be rejected" if counts.rejected else ""
        left_out = f", {number(len(one.left_out), 'value')} would be left out" if one.left_out else ""
        yield f"{name}: {file.format_name}, {number(counts.in_file, 'row')}{rejected}{left_out}"
        if file.detail:
            yield f"  {on_one_line(file.detail)}"
        yield from (f"  {on_one_line(said)}" for said in one.rejected[:MOST_ROWS_FORESEEN])
        if len(one.rejected) > MOST_ROWS_FORESEEN:
            yield f"  and {number(len(one.rejected) - MOST_ROWS_FORESEEN, 'more row')}"
        yield from (f"  {on_one_line(said)}" for said in one.left_out[:MOST_LINES])
        if len(one.left_out) > MOST_LINES:
            yield f"  and {number(len(one.left_out) - MOST_LINES, 'more value')}"
    yield "Nothing was kept: this was a dry run."


def _words_on(file: LoadedFile) -> Iterator[str]:
    """What is worth a word of a file that was loaded. A file that gave nothing is named: it ends with 0 as well."""
    counts = file.counts
    if file.detail:
        yield on_one_line(file.detail)
    if not counts.in_file and not counts.left_out and not is_bystander(file.format_name):
        yield "holds no rows"
    if counts.rejected:
        rejected = f"{number(counts.rejected, 'row')} rejected, kept in the view rejected_row"
        yield rejected if counts.rejected < counts.in_file else f"{_none_used(counts.in_file)}: {rejected}"


def _read_again(counts: RowCounts) -> str:
    """What became of rows that had been rejected."""
    if not counts.loaded:
        rows = number(counts.rejected + counts.duplicate, "row")
        return f"{rows} rejected earlier: read again, still not usable"
    are = "is" if counts.loaded == 1 else "are"
    return f"{number(counts.loaded, 'row')} rejected earlier {are} now loaded"


def _none_used(rows: int) -> str:
    return f"none of its {rows:,} rows could be used" if rows > 1 else "its only row could not be used"


def found_lines(
    connection: duckdb.DuckDBPyConnection, table: str, checked: Checked, watches_nobody: bool = False
) -> Iterator[str]:
    """The statuses as of the day and the findings that are open, the widest first.

    watches_nobody: `icbs` names nobody, which is why nothing is expected.
    """
    counts = listings.status_counts(connection, table)
    yield f"As of {day_label(checked.as_of)}, {number(sum(counts.values()), 'expected return')}:"
    for status, count in counts.items():
        yield f"  {count:>9,}  {Status(status).words}"
    for row in listings.unmatched(connection):
        organisations = number(row["organisations"], "organisation")
        rows = number(row["rows_loaded"], "row")
        yield f"  and {rows} of {row['kind']} of {organisations} not in the register"
    yield from _not_watched_lines(connection)
    if not counts and watches_nobody:
        yield f"  None, because {WATCHES_NOBODY}."
    elif not counts:
        yield "  None, because no organisation in the register owes a return yet."
        yield "  Drop an organisations file or epraccur into inbox/, and look at monitor_from in monitor.toml."
    yield ""
    yield from _finding_lines(connection, checked, counts)


def _not_watched_lines(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A newcomer's log may hold returns that are not watched from the start: without a word they seem lost."""
    for row in listings.not_watched(connection):
        rows, code = number(row["rows_loaded"], "row"), on_one_line(row["return_code"])
        yield f"  {rows} of submissions of {code}, which is not watched: `returns` in monitor.toml adds it"


def misfit_lines(misfits: Iterable[Unfit]) -> Iterator[str]:
    """What is set, silenced or stated in a notice and fits nobody."""
    lines = [sentence(unfit) for unfit in misfits]
    if lines:
        yield "Settings, silences and notices to check:"
    yield from (f"  {line}" for line in lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        yield f"  and {len(lines) - MOST_LINES:,} more: `monitor doctor` lists them all"


def doubt_lines(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What could not be read, each time while there is any of it."""
    files = listings.rejected_files(connection)
    if not files:
        return
    rows, held = sum(row["rows_rejected"] for row in files), sum(row["in_doubt"] for row in files)
    in_doubt = (
        f"; {number(held, 'expected return')} not known because of {'it' if rows == 1 else 'them'}" if held else ""
    )
    yield f"{number(rows, 'row')} could not be read{in_doubt} (`monitor rejected list`):"
    yield from (f"  {on_one_line(words_of_rejected(row))}" for row in files[:MOST_LINES])
    if len(files) > MOST_LINES:
        yield f"  and {number(len(files) - MOST_LINES, 'more file')}"


def message_lines(connection: duckdb.DuckDBPyConnection, ran: Ran, outbox: str) -> Iterator[str]:
    """Which messages went to whom, which did not, and which findings went to no one."""
    for alert in listings.of_alerts(connection, ran.delivery.delivered):
        where = f"written to {outbox}, because monitor.toml has no [mail]"
        if alert["recipients"] != OUTBOX:
            where = f"written to {outbox} for {alert['recipients']}, because [mail] has no host"
        yield on_one_line(f"Notified: {alert['subject']}")
        yield on_one_line(f"  {where if alert['state'] == 'written' else 'to ' + alert['recipients']}")
    for row in ran.delivery.undelivered[:MOST_LINES]:
        yield on_one_line(f"Not delivered to {row['recipient']}: {row['subject']}")
        yield on_one_line(f"  {row['last_error']} (alert {row['alert_id']}, {number(row['attempts'], 'attempt')})")
    if len(ran.delivery.undelivered) > MOST_LINES:
        yield f"  and {len(ran.delivery.undelivered) - MOST_LINES:,} more: `monitor alerts list` shows them"
    if ran.delivery.unrouted:
        findings = number(len(ran.delivery.unrouted), "open finding")
        yield f"{findings} not sent to anyone: no [[mail.route]] covers them, and [mail] has no default_to"


def _finding_lines(connection: duckdb.DuckDBPyConnection, checked: Checked, counts: dict[str, int]) -> Iterator[str]:
    if not checked.recorded:
        yield "Findings were not recorded: the day is before the last recorded check, or after today."
    findings = checked.findings
    changes = "nothing new since the last check"
    if checked.is_new:
        changes = f"{findings.opened:,} new, {findings.changed:,} changed, {findings.resolved:,} resolved"
    yield f"{number(findings.open, 'open finding')} ({changes}):"
    if counts and not findings.open:
        yield f"  {_nothing_found(counts)}"
    yield from _capped(
        "Supplier-wide gaps, one finding each:",
        map(_gap_line, listings.open_gaps(connection, FindingKind.SUPPLIER_GAP)),
    )
    yield from _capped(
        "Area-wide gaps, one finding each:", map(_gap_line, listings.open_gaps(connection, FindingKind.AREA_GAP))
    )
    yield from _capped(
        "Not received, by return:",
        map(_single_line, listings.open_single(connection, FindingKind.MISSING_RETURN)),
    )
    yield from _capped(
        "Received, with unexpected values:",
        map(_single_line, listings.open_single(connection, FindingKind.UNEXPECTED_ROW)),
    )
    yield from _capped(
        "Expectations about a whole return that are not met:",
        (row["return_title"] for row in listings.open_gaps(connection, FindingKind.EXPECTATION_NOT_MET)),
    )
    yield from _capped(
        "Received in part:", map(_single_line, listings.open_single(connection, FindingKind.PARTS_MISSING))
    )
    yield from _capped("Received late:", map(_single_line, listings.open_single(connection, FindingKind.LATE_RETURN)))
    yield from _capped(
        "Fewer records than usual (view volume_chart):",
        map(_single_line, listings.open_single(connection, FindingKind.LOW_VOLUME)),
    )
    for kind in (cause for cause in WHY_NOT_KNOWN if cause != Cause.ROW_REJECTED):  # said before
        yield from _capped(f"Not known, because {kind.words}:", map(_gap_line, listings.open_gaps(connection, kind)))
    yield from _capped(
        "Appointments: practices with data, counted beside the published coverage (view appointments_coverage):",
        map(_coverage_line, listings.coverage_differs(connection)),
    )
    for verdict in checked.verdicts:
        if verdict.state == VerdictState.COULD_NOT_CHECK:
            yield f"  Could not check {verdict.return_code} ({verdict.finding}): {verdict.detail}"


def _coverage_line(row: dict[str, Any]) -> str:
    missing = f", {number(-row['missing'], 'practice')} fewer than published" if row["missing"] else ""
    return f"{row['period_start']:%B %Y}: differs in {row['differing']:,} of {row['sub_icbs']:,} sub-ICBs{missing}"


def published_lines(published: Published, workspace: Workspace) -> Iterator[str]:
    """Where analysts look, and what could not be replaced there."""
    if not published.snapshot:
        yield f"Published for analysts: {workspace.published}" + ("" if published.is_new else " (unchanged)")
    else:
        yield f"Published for analysts: {published.snapshot}"
    if workspace.workbook.is_file():
        yield f"As a workbook: {workspace.workbook}"
    for file in published.in_use:
        yield f"  {file} was not replaced, because someone has it open. Close it, then run again"


def site_lines(site: Built) -> Iterator[str]:
    """Where people look, and why they see the pages of before."""
    yield f"Pages to look at: {site.folder / 'index.html'}"
    if site.fault:
        yield f"  The pages could not be updated; the next run will do it: {site.fault}"


def _nothing_found(counts: dict[str, int]) -> str:
    """What no finding means, with the counts that it rests on."""
    received = counts.get("received", 0) + counts.get("received_late", 0)
    missed = counts.get("not_received", 0) + counts.get("rejected", 0)
    if missed:
        return f"{missed:,} not received, which is within the tolerance of the suites; {received:,} received."
    if not received:
        return "Nothing was received, and nothing is past due."
    return f"Nothing past due is outstanding; {received:,} received."


def _gap_line(row: dict[str, Any]) -> str:
    who = row["supplier"] or row["area_code"]
    subject = f"{who}: " if who else ""
    cause = " (known incident)" if row["cause"] == Cause.KNOWN_INCIDENT else ""
    organisations = number(row["organisations"], "organisation")
    since = row["period_label"] or f"the period from {day_label(row['period_start'])}"
    period = f"since {since}, {row['periods']:,} periods" if (row["periods"] or 1) > 1 else since
    return f"{subject}{row['return_title']}, {period}, {organisations}{cause}"


def _single_line(row: dict[str, Any]) -> str:
    cause = f"; likely cause: {cause_in_a_cell(row['cause'])}" if row["cause"] else ""
    since = f", the first due {day_label(row['since'])}" if row["since"] else ""
    periods = f", {row['periods']:,} periods" if row["periods"] > row["findings"] else ""
    of_whom = number(row["organisations"], "organisation")
    return f"{row['return_title']}: {row['findings']:,} from {of_whom}{periods}{since}{cause}"


def _capped(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading and its lines; of very many the first ones, and how many more there are."""
    every = list(lines)
    if every:
        yield f"  {heading}"
    yield from (f"    {line}" for line in every[:MOST_LINES])
    if len(every) > MOST_LINES:
        yield f"    and {len(every) - MOST_LINES:,} more lines: the view finding lists them all"
