"""Packs without a store: what was gathered about one practice, made up; and the texts of a pack and its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import docx

from monitor.core.text import plain
from monitor.report.pack.blocks import Pack, Section, Table
from monitor.report.pack.content import annex_of
from monitor.report.pack.gathering import Detail, Gathered
from monitor.report.pack.letter import letter_of
from monitor.returns.catalogue import load_catalogue

AS_OF = date(2025, 11, 30)
LABELS = {8: "August 2025", 9: "September 2025", 10: "October 2025", 11: "November 2025"}
LOG, OTHERS = 1, 2  # the files


def returned(return_code: str, title: str, month: int, status: str, **values: Any) -> dict[str, Any]:
    """An expected return for a month of 2025, due at its end."""
    of_status: dict[str, dict[str, Any]] = {
        "received": {"received_on": date(2025, month, 27), "evidence_file_id": LOG, "evidence_row_number": month},
        "not_received": {"days_overdue": 61},
        "rejected": {"days_overdue": 61, "attempts": 1, "cause": "rejected_at_source"},
    }
    return {
        "return_code": return_code, "return_title": title, "kind": "periodic", "period_start": date(2025, month, 1),
        "period_label": LABELS[month], "request_id": None, "contract_type": "GMS", "supplier": "Curlew Voice",
        "gms_reference": "regulation 1", "pms_reference": "regulation 2", "due_on": date(2025, month, 28),
        "original_due_on": date(2025, month, 28), "due_basis": "convention", "status": status, "cause": None,
        "days_late": None, "days_overdue": None, "attempts": 0, "record_count": None, "received_on": None,
        "is_source_loaded": True, "evidence_file_id": None, "evidence_row_number": None,
        **of_status.get(status, {}), **values,
    }  # fmt: skip


def gathered(name: str = "Hill Street Surgery", detail: str = "Did not pass validation") -> Gathered:
    """One practice with a return of every kind of status. detail: what the source said of a rejected attempt."""
    in_others = {"file_id": OTHERS, "row_number": 5}
    returns = [
        returned("appointments", "Appointments", 9, "rejected"),
        returned("digital_telephony", "Telephony", 9, "not_received", cause="supplier_wide"),
        returned("information_request", "Request", 9, "not_received", cause="unexplained", kind="on_request",
                 request_id="R-1"),
        returned("national_diabetes_audit", "Audit", 9, "not_known", cause="source_not_loaded"),
        returned("online_and_video_consultations", "Online", 9, "not_received", cause="not_participating"),
        returned("workforce", "Workforce", 8, "received", record_count=1200),
        returned("workforce", "Workforce", 9, "not_received", cause="stopped"),
        returned("workforce", "Workforce", 10, "not_due"),
    ]  # fmt: skip
    for expected_id, row in enumerate(returns):
        row["expected_id"] = expected_id
    rejected = {
        "submitted_at": "2025-09-20 10:00:00+01", "outcome": "rejected", "record_count": None, "detail": detail,
        "source": None, "file_id": LOG, "row_number": 3,
    }  # fmt: skip
    gaps = ({"kind": "supplier", "name": "Curlew Voice", "organisations": 18, "missed": 18},)
    details = {number: Detail((), (), gaps) for number in range(len(returns))}
    details[0] = Detail((rejected,), (), ())
    organisation = {
        "organisation_code": "Z98001", "organisation_name": name, "organisation_kind": "practice",
        "contract_type": "GMS", "icb_code": "QZ9", "icb_name": None, "sub_icb_code": "Z8A", "pcn_code": None,
        "clinical_supplier": None, "telephony_supplier": "Curlew Voice", "online_supplier": None, "list_size": None,
        "opened_on": None, "closed_on": None,
    }  # fmt: skip
    files = {
        number: {
            "file_id": number, "file_name": file_name, "sha256": f"{number}" * 64, "format": "submission log",
            "rows_in_file": 9, "loaded_at": datetime(2025, 11, 30, 9, 30),
        }
        for number, file_name in ((LOG, "log.csv"), (OTHERS, "others.csv"))
    }  # fmt: skip
    return Gathered(
        as_of=AS_OF,
        organisation=organisation,
        stated=({"fact": "sub_icb_code", "value": "Z8A", **in_others},),
        named_in=(in_others,),
        returns=tuple(returns),
        details=details,
        participation=(
            {"return_code": "online_and_video_consultations", "state": "declined", "from_on": AS_OF, **in_others},
        ),
        requests={"R-1": {"requested_on": date(2025, 9, 2), "subject": "A list", **in_others}},
        files=files,
        newest_loaded=datetime(2025, 11, 30, 9, 30),
        ledger_head="2/" + "a" * 64,
    )


def made(**about: str) -> Pack:
    """The annex about that practice; about: as in gathered."""
    return annex_of(gathered(**about), load_catalogue(None))


def letter(contact: str | None = None, **about: str) -> Pack:
    """The letter to that practice."""
    return letter_of(gathered(**about), load_catalogue(None), contact, AS_OF)


def section(pack: Pack, title: str) -> Section:
    (found,) = [section for section in pack.sections if section.title == title]
    return found


def tables(sections: tuple[Section, ...]) -> list[Table]:
    return [
        block
        for section in sections
        for block in (*section.blocks, *tables(section.sections))
        if isinstance(block, Table)
    ]


def all_texts(pack: Pack) -> list[str]:
    """Every text of a pack, as it may stand in a document."""
    return [plain(text) for text in _texts_of(astuple(pack)) if text]


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts_of(one)


class Reader(HTMLParser):
    """The text of a page, without its styles."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.is_style = False

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.is_style = tag == "style"

    def handle_endtag(self, _tag: str) -> None:
        self.is_style = False

    def handle_data(self, data: str) -> None:
        if not self.is_style:
            self.texts.append(data)


def text_of_html(page: str) -> str:
    reader = Reader()
    reader.feed(page)
    return "\n".join(reader.texts)


def text_of_docx(content: bytes) -> str:
    document = docx.Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
