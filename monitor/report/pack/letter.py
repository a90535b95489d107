"""The letter of a pack, for a practice, PCN or trust: what is outstanding, what is asked, and whom to answer. Pure.

Two pages at most. Where what it says rests in files, and what of a rule was not verified, is in the annex for the ICB.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from itertools import groupby

from monitor.core.text import number, plain, short
from monitor.core.vocabulary import MISSED, NOT_RECEIVED_MEANS, SHARED_CAUSES, Cause, Status
from monitor.report.pack.blocks import Block, Bullets, Facts, FillIn, Inset, Pack, Section, Table, Text
from monitor.report.pack.gathering import Gathered, Row
from monitor.report.pack.phrases import GMS, LONGEST_TITLE, PMS, instant
from monitor.report.pack.talk import to_talk_about
from monitor.returns.catalogue import MandatoryReturn
from monitor.returns.periods import day_label

OUTSTANDING, NOTHING = "Data returns: what is outstanding", "Data returns: nothing is outstanding"
ADDRESSEES = {"practice": "The practice manager", "pcn": "The Clinical Director", "trust": "The data returns lead"}
UNITS = {"month": "month", "quarter": "quarter", "contract_year": "year"}
COLUMNS = ("Return", "Not received for", "Due since", "How it is sent")
SHARES = (26, 30, 18, 26)
CORRECTIONS = (
    "for a return that was sent: its confirmation, with date, time, return and period",
    "for a due date: the letter or message that agreed a different one",
    "for a supplier, PCN or contract type: the right one, and since when",
)

# A page of A4 in Arial of 10.5 points between margins of 1.8 cm, as the template that is shipped sets it: 95 letters a
# line of 1.2 times that height, and 58 lines a page. A heading takes two lines, a paragraph or row half a line more.
LETTERS_OF_A_LINE, LINES_OF_A_PAGE, PAGES = 95, 58, 2
LETTERHEAD = 9  # lines, of the ICB's own


def letter_of(gathered: Gathered, catalogue: Mapping[str, MandatoryReturn], contact: str | None, dated: date) -> Pack:
    """The letter to one organisation. contact: the address that answers go to, where one is set.

    Where there is more than two pages have room for, the returns outstanding for longest have a row, the others a name.
    """
    rows = len({row["return_code"] for row in to_talk_about(gathered)})
    for most in range(rows, 0, -1):
        made = _letter(gathered, catalogue, contact, dated, most)
        if lines_of(made) <= PAGES * LINES_OF_A_PAGE:
            return made
    return _letter(gathered, catalogue, contact, dated, 0)


def lines_of(pack: Pack) -> float:
    """How many lines of a page a letter takes, rather more than it does."""
    lead = sum(map(_paragraph, pack.lead.lines))
    return LETTERHEAD + len(pack.addressee) + 4 + lead + sum(map(_section, pack.sections))


def _section(section: Section) -> float:
    return 2 + sum(map(_block, section.blocks))


def _block(block: Block) -> float:
    if isinstance(block, Table):
        rows = (block.columns, *block.rows)
        return 1.5 + sum(max(map(_cell, row, block.shares)) + 0.5 for row in rows)
    if isinstance(block, Facts):
        return 2 + sum(max(_cell(name, 28), _cell(value, 72)) + 0.5 for name, value, _ in block.rows)
    if isinstance(block, Bullets):
        return _paragraph(block.lead) + sum(map(_paragraph, block.items))
    return sum(_paragraph(text) for text in astuple(block))


def _cell(text: str, share: int) -> float:
    # Words do not fill a narrow column to its end; letters are a tenth smaller there.
    return math.ceil(len(text) / (LETTERS_OF_A_LINE * share / 100 * 0.8))


def _paragraph(text: str) -> float:
    return math.ceil(len(text) / LETTERS_OF_A_LINE) + 0.5


def _letter(
    gathered: Gathered, catalogue: Mapping[str, MandatoryReturn], contact: str | None, dated: date, most: int
) -> Pack:
    organisation = gathered.organisation
    named = short(plain(organisation["organisation_name"] or ""), LONGEST_TITLE)
    subject = f"{named} ({organisation['organisation_code']})" if named else str(organisation["organisation_code"])
    asked = _by_return(to_talk_about(gathered))
    return Pack(
        title=OUTSTANDING if asked else NOTHING,
        subject=subject,
        as_of=day_label(gathered.as_of),
        addressee=(ADDRESSEES.get(organisation["organisation_kind"], "The data returns lead"), subject),
        dated=day_label(dated),
        lead=_lead(gathered),
        sections=(
            *_outstanding(asked, catalogue, most),
            *_asked(asked, catalogue, gathered),
            *_shared(gathered),
            *_not_known(gathered),
            _answer(gathered, contact),
            *_regulation(asked),
        ),
    )


def _lead(gathered: Gathered) -> Inset:
    return Inset((f"This is what had reached us by {instant(gathered.newest_loaded)}. {NOT_RECEIVED_MEANS}",))


def _by_return(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows of each return in order of period; the return that was due first comes first."""
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_code[row["return_code"]].append(row)
    return sorted(by_code.values(), key=lambda of_return: (min(map(_due, of_return)), of_return[0]["return_title"]))


def _due(row: Row) -> date:
    return row["due_on"] or date.max


def _outstanding(
    asked: Sequence[Sequence[Row]], catalogue: Mapping[str, MandatoryReturn], most: int
) -> Iterator[Section]:
    if not asked:
        yield Section("What is outstanding", (
            Text("As far as we can see, nothing past its due date is outstanding."),
        ))  # fmt: skip
        return
    rows = tuple(
        (rows[0]["return_title"], _periods(rows), _due_since(rows), _how(catalogue[rows[0]["return_code"]]))
        for rows in asked[:most]
    )
    table = [Table("Not received, and due", COLUMNS, rows, SHARES)] if rows else []
    others = [f"{of_return[0]['return_title']} ({_periods(of_return)})" for of_return in asked[most:]]
    also = [Text(f"{'Also n' if rows else 'N'}ot received: {'; '.join(others)}.")] if others else []
    yield Section("What is outstanding", (*table, *also))


def _periods(rows: Sequence[Row]) -> str:
    """Which periods are outstanding: September 2025; since November 2024, 3 in all."""
    rejected = [row for row in rows if row["status"] == Status.REJECTED]
    labels = [_period(row) for row in rows]
    said = labels[0] if len(labels) == 1 else f"{labels[0]} and {labels[1]}"
    if len(labels) > 2:
        said = f"{len(labels)} periods, from {labels[0]} to {labels[-1]}"
        if rows[0]["kind"] == "on_request":
            said = f"{number(len(labels), 'request')}, the first of {labels[0]}"
    return f"{said} (sent, and rejected at the source)" if len(rejected) == len(rows) else said


def _period(row: Row) -> str:
    label = str(row["period_label"])
    return f"{label}, request {short(plain(row['request_id']), 30)}" if row["request_id"] else label


def _due_since(rows: Sequence[Row]) -> str:
    days = max((row["days_overdue"] or 0 for row in rows), default=0)
    first = min(map(_due, rows))
    if first == date.max:
        return "no due date"
    return f"{day_label(first)} ({number(days, 'day')} overdue)" if days else day_label(first)


def _how(definition: MandatoryReturn) -> str:
    return "by " + definition.sent_by.partition(";")[0].replace(", by hand", "")


def _asked(
    asked: Sequence[Sequence[Row]], catalogue: Mapping[str, MandatoryReturn], gathered: Gathered
) -> Iterator[Section]:
    """What is asked, as far as the data say. No date is made up."""
    if not asked:
        return
    rows = [row for of_return in asked for row in of_return]
    items = []
    if any(row["status"] == Status.NOT_RECEIVED for row in rows):
        items.append("If it has been sent: please send us the confirmation. If not: please arrange for it to be sent.")
    rejected = [row for row in rows if row["status"] == Status.REJECTED]
    if rejected:
        items.append(f"{_titles(rejected)}: what was sent did not pass the source's checks. Please have it "
                     "corrected and sent again.")  # fmt: skip
    for supplier, of_supplier in _by_supplier(rows, catalogue):
        items.append(
            f"{_titles(of_supplier)}: as far as we know your supplier is {supplier}, who can confirm what was sent."
        )
    changed = [row for row in rows if row["cause"] == Cause.SUPPLIER_CHANGED]
    if changed:
        items.append(
            f"{_titles(changed)}: {Cause.SUPPLIER_CHANGED.words}. Please let us know who sends it for these periods."
        )
    offered = [row for row in rows if row["cause"] == Cause.NOT_PARTICIPATING]
    if offered:
        items.append(f"{_titles(offered)}: our records do not show that you accepted this collection. Please let "
                     "us know whether you have, or who sends these data for you.")  # fmt: skip
    yield Section("What we ask, and by when", (
        Bullets("Please check the returns above:", tuple(items)),
        Text("The due dates have passed and no new ones are recorded, so please reply as soon as you can."),
        FillIn("Date agreed, if any"),
    ))  # fmt: skip


def _by_supplier(rows: Sequence[Row], catalogue: Mapping[str, MandatoryReturn]) -> Iterator[tuple[str, list[Row]]]:
    named = [row for row in rows if row["supplier"] and catalogue[row["return_code"]].supplier != "none"]
    for supplier, of_supplier in groupby(
        sorted(named, key=lambda row: row["supplier"]), key=lambda row: row["supplier"]
    ):
        yield short(plain(supplier), LONGEST_TITLE), list(of_supplier)


def _supplier(row: Row) -> str:
    return str(row["supplier"])


def _titles(rows: Iterable[Row]) -> str:
    return ", ".join(dict.fromkeys(row["return_title"] for row in rows))


def _shared(gathered: Gathered) -> Iterator[Section]:
    explained = [row for row in gathered.returns if row["status"] in MISSED and row["cause"] in SHARED_CAUSES]
    if explained:
        yield Section("Nothing is asked of you", (
            Text("Also not received, but as far as we know explained by something beyond this organisation (a "
                 "supplier-wide or area-wide gap, or a known incident): "
                 f"{_listed(explained)}."),
        ))  # fmt: skip


def _not_known(gathered: Gathered) -> Iterator[Section]:
    unknown = [row for row in gathered.returns if row["status"] == Status.NOT_KNOWN]
    if unknown:
        yield Section("What we do not know", (
            Text(f"We do not know whether these were received, and ask nothing about them: {_listed(unknown)}."),
        ))  # fmt: skip


def _listed(rows: Sequence[Row]) -> str:
    return "; ".join(f"{of_return[0]['return_title']} ({_periods(of_return)})" for of_return in _by_return(rows))


def _answer(gathered: Gathered, contact: str | None) -> Section:
    organisation = gathered.organisation
    icb = " ".join(plain(str(text)) for text in (organisation["icb_name"], organisation["icb_code"]) if text)
    whom: Block = FillIn("Please reply to")
    if contact:
        whom = Text(f"Please reply to {contact}{f' ({icb})' if icb else ''}.")
    return Section("Who to reply to, and how to correct our record", (
        whom,
        Bullets("Our record may be wrong or incomplete. To correct it, please send:", CORRECTIONS),
        Text("Please send no patient data."),
    ))  # fmt: skip


def _regulation(asked: Sequence[Sequence[Row]]) -> Iterator[Section]:
    """Where the duty stands, once for all returns under the same regulations."""
    by_law: dict[str, list[str]] = defaultdict(list)
    for of_return in asked:
        law, reference = _law(of_return[-1])
        by_law[law].append(f"{of_return[0]['return_title']}: {reference}")
    if by_law:
        yield Section("Regulations", tuple(
            Text(f"{law}{'. ' if law else ''}{'; '.join(references)}.") for law, references in by_law.items()
        ))  # fmt: skip


def _law(row: Row) -> tuple[str, str]:
    """The regulations, and the reference within them, for the contract type on the period's last day."""
    gms, pms, contract = str(row["gms_reference"]), str(row["pms_reference"]), row["contract_type"]
    if gms == pms:
        return "", gms
    if contract in ("GMS", "PMS"):
        return (GMS, gms) if contract == "GMS" else (PMS, pms)
    whose = "We do not know your contract type" if contract is None else f"For GMS and PMS; yours is {contract}"
    return f"{whose}. {GMS} (GMS) and {PMS} (PMS)", f"GMS {gms}, PMS {pms}"
