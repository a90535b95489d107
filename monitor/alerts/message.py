"""A letter as a mail message: MIME by the standard library, whose headers refuse a line end."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO

from monitor.alerts.full_list import FullList
from monitor.alerts.letter import Letter
from monitor.alerts.manager_letter import ManagerLetter
from monitor.alerts.render import as_html, as_text, as_workbook

LONGEST_BODY = 100_000  # bytes of both parts as they are sent; Gmail cuts a longer message off
LARGEST_PLAIN_CSV = 1_000_000
NAMES_PEOPLE = "X-Names-People"


def message(  # noqa: PLR0913  each becomes a part of the message or a header of its own
    letter: Letter | ManagerLetter,
    listed: FullList | None,
    message_id: str,
    sender: str,
    recipients: Sequence[str],
    reply_to: str | None,
    sent_at: datetime,
    as_of: date,
) -> EmailMessage:
    """A message with a text and an HTML part, and the full list attached. sent_at: an aware instant."""
    made = _headed(letter.subject, message_id, sender, recipients, sent_at)
    if reply_to:
        made["Reply-To"] = reply_to
    if isinstance(letter, ManagerLetter) and letter.names_people:
        made[NAMES_PEOPLE] = "yes"  # so that it can be seen, while it waits, whether it still may
    rows = listed.count if listed else 0
    made.set_content(as_text(letter, rows), cte="quoted-printable")
    made.add_alternative(as_html(letter, rows), subtype="html", cte="quoted-printable")
    if listed:
        _attach(made, listed, f"{'practices' if isinstance(letter, ManagerLetter) else 'findings'}-{as_of}")
    return made


def names_people(written: bytes) -> bool:
    """Whether a message says whom to ask."""
    return f"\r\n{NAMES_PEOPLE}: ".encode() in written.partition(b"\r\n\r\n")[0]


def plain_message(
    subject: str, text: str, named: str, sender: str, recipients: Sequence[str], sent_at: datetime
) -> EmailMessage:
    """A message of text alone, past the letters. named: sets it apart from others. sent_at: an aware instant."""
    made = _headed(subject, message_id_of(named, sender), sender, recipients, sent_at)
    made.set_content(text)
    return made


def message_id_of(alert_id: str, sender: str) -> str:
    """The same at every attempt, so that a second copy can be known for one."""
    return f"<{alert_id}@{sender.rpartition('@')[2]}>"


def body_bytes(letter: Letter) -> int:
    """How long both parts are as they are sent."""
    return sum(len(_encoded(text)) for text in (as_text(letter), as_html(letter)))


def _headed(subject: str, message_id: str, sender: str, recipients: Sequence[str], sent_at: datetime) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = ", ".join(recipients)
    # The library takes =?utf-8?...?= in a value for an encoded word (RFC 2047), and writes out what it decodes to: a
    # line end among it would begin a header. No name in a file is meant so.
    made["Subject"] = subject.replace("=?", "= ?")
    made["Date"] = format_datetime(sent_at)
    made["Message-ID"] = message_id
    # Nobody's absence notice is to answer, and no list server is to take it for a person's letter (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    return made


def _encoded(text: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    part.set_content(text, cte="quoted-printable")
    return part.as_bytes()


def _attach(made: EmailMessage, listed: FullList, name: str) -> None:
    made.add_attachment(
        as_workbook(listed),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename=f"{name}.xlsx",
    )
    if listed.csv is not None:
        _attach_csv(made, listed.csv, f"{name}.csv")


def _attach_csv(made: EmailMessage, written: bytes, name: str) -> None:
    if len(written) <= LARGEST_PLAIN_CSV:
        made.add_attachment(written, maintype="text", subtype="csv", filename=name, params={"charset": "utf-8"})
        return
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), written, zipfile.ZIP_DEFLATED)
    made.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename=f"{name}.zip")
