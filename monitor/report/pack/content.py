"""The annex of a pack, for the ICB: evidence, rows, hashes, and what of the rules was not verified. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby

from monitor.core.text import number, plain, short
from monitor.core.vocabulary import (
    LIKELY_CAUSE_MEANS,
    MISSED,
    NOT_RECEIVED_MEANS,
    RECEIVED,
    SHARED_CAUSES,
    Cause,
    Status,
)
from monitor.report.pack import talk
from monitor.report.pack.blocks import Block, Facts, Inset, Pack, Section, Table, Text
from monitor.report.pack.gathering import Gathered, Row
from monitor.report.pack.phrases import LONGEST_TITLE, Places, due, filled, held, instant, records, regulation, span
from monitor.returns.catalogue import MandatoryReturn
from monitor.returns.periods import day_label

TITLE = "Annex: the evidence behind the letter"
MARK = "For the ICB only. It names files, rows and other evidence, and is not to be sent to the organisation."
LEDGER = (
    "When this was made, the head of the ledger was {head}. With it, monitor verify --head shows later that nothing up "
    "to then was altered."
)
ORDER = (
    *RECEIVED, *MISSED, Status.NOT_KNOWN, Status.IN_GRACE, Status.NOT_DUE, Status.NO_DUE_DATE, Status.NO_EVENT,
    Status.NOT_REQUIRED,
)  # fmt: skip
KINDS = {"practice": "GP practice", "pcn": "primary care network (PCN)", "trust": "trust"}


def annex_of(gathered: Gathered, catalogue: Mapping[str, MandatoryReturn]) -> Pack:
    """The annex about one organisation."""
    places = Places(gathered.files)
    organisation = gathered.organisation
    name = organisation["organisation_name"] or organisation["organisation_code"]
    return Pack(
        title=TITLE,
        subject=f"{short(plain(name), LONGEST_TITLE)} ({organisation['organisation_code']})",
        as_of=day_label(gathered.as_of),
        mark=MARK,
        lead=_lead(gathered),
        sections=(
            _summary(gathered),
            _talk(gathered, catalogue, places),
            *_shared(gathered, places),
            *_not_known(gathered),
            _received(gathered, places),
            *_others(gathered),
            _who(gathered, places),
            _files(gathered, places),
        ),
    )


def _lead(gathered: Gathered) -> Inset:
    return Inset(
        (
            f"This is what we had received by {instant(gathered.newest_loaded)} (London time), "
            f"as of {day_label(gathered.as_of)}.",
            f"{NOT_RECEIVED_MEANS} {LIKELY_CAUSE_MEANS}",
        )
    )


def _summary(gathered: Gathered) -> Section:
    counts = Counter(row["status"] for row in gathered.returns)
    listed = [(status.words.capitalize(), f"{counts[status]:,}", "") for status in ORDER if counts[status]]
    asked, shared = len(talk.to_talk_about(gathered)), len(_explained(gathered))
    sentences = []
    if asked:
        sentences.append(f"The letter asks about {number(asked, 'return')} not received.")
    if shared:
        more = " more" if asked else ""
        sentences.append(
            f"{'It' if asked else 'The letter'} asks nothing about {number(shared, 'return')}{more} not received: a "
            f"supplier-wide or area-wide gap, or a known incident, explains {'it' if shared == 1 else 'them'}."
        )
    if not asked and not shared:
        sentences.append("As far as we can see, nothing past its due date is outstanding.")
    return Section(
        "At a glance",
        (
            Text(" ".join(sentences)),
            Facts((("Returns expected so far", f"{len(gathered.returns):,}", ""), *listed)),
        ),
    )


def _talk(gathered: Gathered, catalogue: Mapping[str, MandatoryReturn], places: Places) -> Section:
    below = tuple(talk.sections(gathered, catalogue, places))
    blocks: tuple[Block, ...] = () if below else (Text("None."),)
    return Section("Returns that the letter asks about", blocks, below)


def _named(row: Row) -> str:
    """A return and its period."""
    return f"{row['return_title']}, {row['period_label']}"


def _explained(gathered: Gathered) -> list[Row]:
    return [row for row in gathered.returns if row["status"] in MISSED and row["cause"] in SHARED_CAUSES]


def _shared(gathered: Gathered, places: Places) -> Iterator[Section]:
    """Missed returns that are explained by something beyond the organisation."""
    explained = _explained(gathered)
    if not explained:
        return
    rows = tuple(
        (
            _named(row),
            due(row),
            f"{row['days_overdue']:,}",
            _why_shared(row, gathered, places),
            regulation(row),
        )
        for row in explained
    )
    columns = ("Return and period", "Due", "Days overdue", "Why nothing is asked", "Regulation")
    yield Section(
        "Not received, and nothing is asked",
        (
            Text(
                "As far as we know, something beyond this organisation explains these: a supplier-wide or area-wide "
                "gap, or a known incident."
            ),
            Table("Explained by something beyond this organisation", columns, rows, (19, 18, 11, 30, 22)),
        ),
        tuple(_shared_evidence(gathered, explained, places)),
    )


def _shared_evidence(gathered: Gathered, explained: list[Row], places: Places) -> Iterator[Section]:
    for title, rows in groupby(explained, key=lambda row: row["return_title"]):
        yield Section(title, (talk.evidence_table(gathered, list(rows), places),))


def _why_shared(row: Row, gathered: Gathered, places: Places) -> str:
    detail = gathered.details[row["expected_id"]]
    if row["cause"] == Cause.KNOWN_INCIDENT:
        incidents = [notice for notice in detail.notices if notice["kind"] == "incident"]
        return "; ".join(
            f"known incident, {_scope(notice)}: {notice['reason']} ({places.of(notice)})" for notice in incidents
        )
    kind = "supplier" if row["cause"] == Cause.SUPPLIER_WIDE else "sub-ICB"
    return "; ".join(
        f"{kind} {short(plain(gap['name']))}: not received from {gap['missed']:,} of "
        f"{gap['organisations']:,} organisations"
        for gap in detail.gaps
        if gap["kind"] == kind
    )


def _scope(notice: Row) -> str:
    """For whom a notice holds."""
    return short(plain(f"{notice['scope']} {notice['scope_value'] or ''}".strip()))


def _not_known(gathered: Gathered) -> Iterator[Section]:
    unknown = [row for row in gathered.returns if row["status"] == Status.NOT_KNOWN]
    if not unknown:
        return
    rows = tuple((_named(row), due(row), _why(row)) for row in unknown)
    yield Section(
        "What we do not know",
        (
            Text("It is not known whether these were received. The letter asks nothing about them."),
            Table("Not known", ("Return and period", "Due", "Why it is not known"), rows, (34, 30, 36)),
        ),
    )


def _received(gathered: Gathered, places: Places) -> Section:
    received = [row for row in gathered.returns if row["status"] in RECEIVED]
    title = "What we received"
    if not received:
        return Section(title, (Text("None of the returns expected so far is in the files that were loaded."),))
    rows = tuple((_named(row), held(row), records(row), places.of_evidence(row)) for row in received)
    columns = ("Return and period", "What we hold", "Records", "File and row")
    return Section(title, (Table(number(len(rows), "return"), columns, rows, (29, 22, 10, 39)),))


def _others(gathered: Gathered) -> Iterator[Section]:
    """What is neither received nor missing nor unknown."""
    named = (*MISSED, *RECEIVED, Status.NOT_KNOWN)
    others = [row for row in gathered.returns if row["status"] not in named]
    if others:
        rows = tuple(
            (
                _named(row),
                Status(row["status"]).words + _because(row),
                due(row),
            )
            for row in others
        )
        yield Section(
            "Not yet due, not required, or without a due date",
            (Table(number(len(rows), "return"), ("Return and period", "Status", "Due"), rows, (38, 34, 28)),),
        )


def _because(row: Row) -> str:
    return f": {_why(row)}" if _why(row) else ""


def _who(gathered: Gathered, places: Places) -> Section:
    organisation = gathered.organisation
    source: dict[str, str] = {}
    for stated in gathered.stated:  # the first statement of each fact is the one that holds
        if stated["fact"] not in source and stated["value"] == organisation[stated["fact"]]:
            source[stated["fact"]] = places.of(stated)
    named_in = "; ".join(places.of(row) for row in gathered.named_in)
    values = {
        "Name": (organisation["organisation_name"], named_in),
        "Code": (organisation["organisation_code"], named_in),
        "Kind": (KINDS.get(organisation["organisation_kind"], organisation["organisation_kind"]), ""),
        "Open": (span(organisation["opened_on"], organisation["closed_on"]), ""),
        "Contract type": (_contract(organisation), ""),
        "ICB": (" ".join(str(value) for _, value in filled(_icb(organisation))), ""),
        "Sub-ICB": (organisation["sub_icb_code"], source.get("sub_icb_code", "")),
        "PCN": (organisation["pcn_code"], source.get("pcn_code", "")),
        "Clinical supplier": (organisation["clinical_supplier"], source.get("clinical_supplier", "")),
        "Telephony supplier": (organisation["telephony_supplier"], source.get("telephony_supplier", "")),
        "Online supplier": (organisation["online_supplier"], source.get("online_supplier", "")),
    }
    rows = tuple((name, str(value), place) for name, (value, place) in values.items() if value)
    return Section("What we hold about the organisation", (Facts(rows),))


def _contract(organisation: Row) -> str | None:
    if organisation["organisation_kind"] != "practice":
        return None
    return organisation["contract_type"] or "not known"


def _icb(organisation: Row) -> dict[str, str | None]:
    return {"code": organisation["icb_code"], "name": organisation["icb_name"]}


def _files(gathered: Gathered, places: Places) -> Section:
    rows = tuple(
        (row["file_name"], row["format"] or "", instant(row["loaded_at"]), f"{row['rows_in_file']:,}", row["sha256"])
        for row in places.named()
    )
    head = () if gathered.ledger_head is None else (Text(LEDGER.format(head=gathered.ledger_head)),)
    return Section(
        "Files used",
        (
            Text("Each figure names its file and row, the heading being row 1. The SHA-256 shows whether a file is "
                "the same."),
            *head,
            Table(
                number(len(rows), "file"),
                ("File", "Kind", "Loaded (London time)", "Rows", "SHA-256"), rows, (33, 16, 14, 9, 28),
            ),
        ),
    )  # fmt: skip


def _why(row: Row) -> str:
    return Cause(row["cause"]).why if row["cause"] else ""
