"""Handing one message to a real mail server: what each fault at each step comes to, for whom, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mail_server as at
import pytest
from asking import NOW
from mail_server import (
    DRIPS,
    DROPS,
    FORMS_OF_PASSWORD,
    NORTH,
    OUR_ADDRESS,
    PASSWORD,
    PATIENT,
    SHORT,
    SILENT,
    SOUTH,
    USER,
    WEST,
    Fault,
    MailServer,
    Trust,
    mail_at,
    mute,
    nobody,
    serving,
)

from monitor.alerts.attempt import ACCEPTED, DEFERRED, REFUSED, Attempt, ServerUnavailable
from monitor.alerts.message import plain_message
from monitor.alerts.smtp import deliver
from monitor.alerts.trial import send_trial
from monitor.config.settings import Mail, Settings

MESSAGE = plain_message("A test", "It is a test.\n", "one", OUR_ADDRESS, [NORTH], NOW).as_bytes()


def with_login(port: int, trust: Trust, **mail: Any) -> Mail:
    return mail_at(port, **{**trust.login, **mail})


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return at.trust_in(tmp_path_factory.mktemp("trust"))


# What works


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_arrives_by_each_kind_of_security(trust: Trust, security: str) -> None:
    encrypted: dict[str, Any] = {
        "context": trust.good,
        "is_tls_from_the_start": security == "tls",
        "login": (USER, PASSWORD),
    }
    with serving(MailServer(**(encrypted if security != "none" else {}))) as server:
        mail = mail_at(server.port) if security == "none" else with_login(server.port, trust, security=security)
        assert deliver(mail, PASSWORD, MESSAGE, [NORTH]) == {NORTH: Attempt(ACCEPTED, "250 2.0.0 kept")}
    (received,) = server.received
    assert (received.sender, received.recipients, received.content) == (OUR_ADDRESS, (NORTH,), MESSAGE)
    assert received.is_encrypted == (security != "none")
    assert received.login == (USER if security != "none" else None)


def test_a_login_in_letters_beyond_ascii(trust: Trust) -> None:
    with serving(MailServer(context=trust.good, login=(USER, "pound£ and é"))) as server:
        assert deliver(with_login(server.port, trust), "pound£ and é", MESSAGE, [NORTH])[NORTH].is_delivered
        with pytest.raises(ServerUnavailable, match="the login was refused: 535"):
            deliver(with_login(server.port, trust), "pound£ and è", MESSAGE, [NORTH])


def test_many_recipients_are_one_header() -> None:
    many = [f"somebody.{number}.of.a.long.name@department-{number}.icb.example" for number in range(60)]
    message = plain_message("A test", "It is a test.\n", "many", OUR_ADDRESS, many, NOW).as_bytes()
    with serving() as server:
        assert set(deliver(mail_at(server.port), None, message, many).values()) == {Attempt(ACCEPTED, "250 2.0.0 kept")}
    (received,) = server.received
    assert sorted(received.recipients) == sorted(many)
    assert [address.addr_spec for address in received.message["To"].addresses] == many
    assert max(map(len, received.content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("goodbye", [DROPS, SILENT, "421 what?"])
def test_a_message_that_was_accepted_stays_so_whatever_the_goodbye(goodbye: str) -> None:
    class Rude(MailServer):
        async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
            await server.goes_wrong(goodbye)
            return ""

    with serving(Rude()) as server:
        mail = mail_at(server.port, timeout_seconds=SHORT if goodbye == SILENT else PATIENT)
        assert deliver(mail, None, MESSAGE, [NORTH])[NORTH].is_delivered


# No conversation: no server, no trust, no login


@dataclass(frozen=True)
class NoWay:
    """Why no message at all can be handed over. certificate: which one the server has; None: no TLS."""

    says: str
    certificate: str | None = "good"
    is_tls: bool = False
    faults: tuple[Fault, ...] = ()
    mail: Mapping[str, Any] = field(default_factory=dict)
    is_passing: bool = False


TLS, SHORTLY, SHORTLY_TLS = {"security": "tls"}, {"timeout_seconds": SHORT}, {"security": "tls", "timeout_seconds": 0.1}
NO_WAY = {
    "untrusted certificate, starttls": NoWay("TLS): unable to get local issuer certificate", "unknown"),
    "untrusted certificate, tls": NoWay("TLS): unable to get local issuer certificate", "unknown", True, mail=TLS),
    "certificate for another name, starttls": NoWay("IP address mismatch", "other_name"),
    "certificate for another name, tls": NoWay("IP address mismatch", "other_name", True, mail=TLS),
    "certificate that is over": NoWay("certificate has expired", "expired"),
    "no STARTTLS": NoWay("STARTTLS extension not supported by server; nothing was sent in plain", None),
    "STARTTLS refused": NoWay("454 not now", faults=(Fault(at.STARTTLS, "454 not now"),), is_passing=True),
    "tls asked of a server of plain text": NoWay("no trusted encryption (TLS)", None, mail=TLS),
    "starttls asked of a server of tls": NoWay("no answer in time", is_tls=True, mail=SHORTLY),
    "no such ca_file": NoWay("[mail] ca_file /no/such/ca.pem cannot be used: No", mail={"ca_file": "/no/such/ca.pem"}),
    "host without an address": NoWay("mail.nhs.invalid port", mail={"host": "mail.nhs.invalid"}),
    "host that is no name": NoWay("mail..nhs.invalid port", mail={"host": "mail..nhs.invalid"}),
    "silent from the start": NoWay("no answer in time", faults=(Fault(at.GREETING, SILENT),), mail=SHORTLY),
    "silent after EHLO": NoWay("no answer in time", faults=(Fault(at.EHLO, SILENT),), mail=SHORTLY),
    "silent after STARTTLS": NoWay("no answer in time", faults=(Fault(at.STARTTLS, SILENT),), mail=SHORTLY),
    "drips from the start": NoWay("took longer than 1.8 seconds", faults=(Fault(at.GREETING, DRIPS),), mail=SHORTLY),
    "drips over tls": NoWay(
        "took longer than 0.6 seconds", is_tls=True, faults=(Fault(at.GREETING, DRIPS),), mail=SHORTLY_TLS
    ),
    "drops at once": NoWay("Connection", faults=(Fault(at.GREETING, DROPS),), is_passing=True),
    "421 at the greeting": NoWay("421 busy", faults=(Fault(at.GREETING, "421 busy"),), is_passing=True),
    "554 at the greeting": NoWay("554 not you", faults=(Fault(at.GREETING, "554 not you"),)),
    "wrong password": NoWay("the login was refused: 535 5.7.8", mail={"username": "somebody"}),
    "login for a while not possible": NoWay(
        "the login was refused: 454 4.7.0 later", faults=(Fault(at.AUTH, "454 4.7.0 later"),), is_passing=True
    ),
}


@pytest.mark.parametrize("case", NO_WAY.values(), ids=NO_WAY)
def test_no_conversation(trust: Trust, case: NoWay) -> None:
    context = getattr(trust, case.certificate) if case.certificate else None
    login = (USER, PASSWORD)
    server = MailServer(context=context, is_tls_from_the_start=case.is_tls, login=login, faults=case.faults)
    with serving(server), pytest.raises(ServerUnavailable) as raised:
        deliver(with_login(server.port, trust, **case.mail), PASSWORD, MESSAGE, [NORTH])
    assert case.says in raised.value.detail
    assert raised.value.is_passing == case.is_passing
    assert not [said for said in server.commands if said.startswith(at.SENDER)]


def test_connection_refused() -> None:
    with nobody() as port, pytest.raises(ServerUnavailable) as raised:
        deliver(mail_at(port), None, MESSAGE, [NORTH])
    assert (raised.value.detail, raised.value.is_passing) == (f"127.0.0.1 port {port}: Connection refused", True)


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_accepts_and_never_speaks(security: str) -> None:
    with mute() as port, pytest.raises(ServerUnavailable) as raised:
        deliver(mail_at(port, security=security, timeout_seconds=0.1), None, MESSAGE, [NORTH])
    assert (raised.value.detail, raised.value.is_passing) == (f"127.0.0.1 port {port}: no answer in time", False)


# A conversation that goes wrong at one step


@dataclass(frozen=True)
class GoesWrong:
    """What is said then. copies: how many the server has kept all the same."""

    fault: Fault
    says: str
    outcome: str = DEFERRED
    is_passing: bool = False
    copies: int = 0
    size_limit: int = 33_554_432


MAY_HAVE_ARRIVED = "it may have arrived, and a second copy has the same Message-ID"
GOES_WRONG = {
    "451 sender": GoesWrong(Fault(at.SENDER, "451 4.3.0 later"), "451 4.3.0 later", is_passing=True),
    "553 sender": GoesWrong(Fault(at.SENDER, "553 5.1.8 not yours"), "553 5.1.8 not yours"),
    "552 size at the sender": GoesWrong(Fault(at.SENDER, "552 5.3.4 too large"), "552 5.3.4 too large", REFUSED),
    "552 size announced": GoesWrong(Fault("never", ""), "552 Error: message size exceeds", REFUSED, size_limit=200),
    "450 recipient": GoesWrong(Fault(at.RECIPIENT, "450 4.2.1 later"), "450 4.2.1 later", is_passing=True),
    "550 recipient": GoesWrong(Fault(at.RECIPIENT, "550 5.1.1 unknown"), "550 5.1.1 unknown", REFUSED),
    "552 mailbox full": GoesWrong(Fault(at.RECIPIENT, "552 5.2.2 full"), "552 5.2.2 full", REFUSED),
    "451 before the message": GoesWrong(Fault(at.DATA, "451 4.3.0 later"), "451 4.3.0 later", is_passing=True),
    "554 before the message": GoesWrong(Fault(at.DATA, "554 5.5.1 no"), "554 5.5.1 no", REFUSED),
    "250 before the message": GoesWrong(Fault(at.DATA, "250 what?"), "250 what?", is_passing=True),
    "452 after the message": GoesWrong(Fault(at.END, "452 4.3.1 no room"), "452 4.3.1 no room", is_passing=True),
    "554 after the message": GoesWrong(Fault(at.END, "554 5.7.1 spam"), "554 5.7.1 spam", REFUSED),
    "552 after the message": GoesWrong(Fault(at.END, "552 5.3.4 too large"), "552 5.3.4 too large", REFUSED),
    "silent at the sender": GoesWrong(Fault(at.SENDER, SILENT), "while naming the sender: no answer in time"),
    "silent at the recipient": GoesWrong(Fault(at.RECIPIENT, SILENT), "while naming the recipients: no answer in time"),
    "silent before the message": GoesWrong(Fault(at.DATA, SILENT), "handing the message over: no answer in time"),
    "silent after the message": GoesWrong(Fault(at.END, SILENT), MAY_HAVE_ARRIVED),
    "keeps it and is silent": GoesWrong(Fault(at.KEPT, SILENT), MAY_HAVE_ARRIVED, copies=1),
    "drips after the message": GoesWrong(Fault(at.END, DRIPS), "it took longer than 1.8 seconds"),
    "drops at the sender": GoesWrong(
        Fault(at.SENDER, DROPS), "connection lost while naming the sender", is_passing=True
    ),
    "drops at the recipient": GoesWrong(
        Fault(at.RECIPIENT, DROPS), "connection lost while naming the recipients", is_passing=True
    ),
    "drops after the message": GoesWrong(Fault(at.END, DROPS), MAY_HAVE_ARRIVED),
    "keeps it and drops": GoesWrong(Fault(at.KEPT, DROPS), MAY_HAVE_ARRIVED, copies=1),
    "keeps it and says more than an answer holds": GoesWrong(
        Fault(at.KEPT, "250 " + 9_000 * "x"), MAY_HAVE_ARRIVED, copies=1
    ),
    "words that would steer a terminal": GoesWrong(
        Fault(at.RECIPIENT, "550 \x1b[2J \xff no"), "550 \ufffd[2J \ufffd no", REFUSED
    ),
}


@pytest.mark.parametrize("case", GOES_WRONG.values(), ids=GOES_WRONG)
def test_goes_wrong_at_one_step(case: GoesWrong) -> None:
    with serving(MailServer(faults=(case.fault,), size_limit=case.size_limit)) as server:
        is_slow = case.fault.does in (SILENT, DRIPS)
        mail = mail_at(server.port, timeout_seconds=SHORT if is_slow else PATIENT)
        attempt = deliver(mail, None, MESSAGE, [NORTH])[NORTH]
    assert (attempt.outcome, attempt.is_passing) == (case.outcome, case.is_passing)
    assert case.says in attempt.detail
    assert len(attempt.detail) < 400
    assert len(server.received) == case.copies


def test_one_recipient_refused_and_one_deferred() -> None:
    bad, later = Fault(at.RECIPIENT, "550 5.1.1 unknown", NORTH), Fault(at.RECIPIENT, "450 4.2.1 later", SOUTH)
    with serving(MailServer(faults=(bad, later))) as server:
        assert deliver(mail_at(server.port), None, MESSAGE, [NORTH, SOUTH, WEST]) == {
            NORTH: Attempt(REFUSED, "550 5.1.1 unknown"),
            SOUTH: Attempt(DEFERRED, "450 4.2.1 later", is_passing=True),
            WEST: Attempt(ACCEPTED, "250 2.0.0 kept"),
        }
    assert list(server.copies()) == [WEST]


def test_a_server_that_hangs_up_at_one_recipient_takes_the_message_for_none() -> None:
    with serving(MailServer(faults=(Fault(at.RECIPIENT, "421 closing", SOUTH),))) as server:
        attempts = deliver(mail_at(server.port), None, MESSAGE, [NORTH, SOUTH, WEST])
    assert attempts == dict.fromkeys([NORTH, SOUTH, WEST], Attempt(DEFERRED, "421 closing", is_passing=True))
    assert not server.received


# The secret


ECHOES = {
    "where the answer is cut": "535 5.7.8 " + "x" * 280 + " {password}",
    "in an answer of another code": "454 4.7.0 {password} {whole}",
    "in every form": "535 5.7.8 {password} {whole} {alone}",
}


@pytest.mark.parametrize("answer", ECHOES.values(), ids=ECHOES)
def test_a_server_that_repeats_the_password_is_quoted_without_it(trust: Trust, answer: str) -> None:
    with serving(MailServer(context=trust.good, faults=(Fault(at.AUTH, answer),))) as server:
        with pytest.raises(ServerUnavailable) as raised:
            deliver(with_login(server.port, trust), PASSWORD, MESSAGE, [NORTH])
        assert raised.value.__suppress_context__
        assert "***" in raised.value.detail or len(answer) > 200
    assert not [form for form in FORMS_OF_PASSWORD if form in raised.value.detail]
    assert PASSWORD[:8] not in raised.value.detail


# What a trial says


STEPS = [
    "connecting to 127.0.0.1 port",
    "saying hello",
    "asking for encryption",
    "saying hello",
    "logging in",
    "naming the sender",
    "naming the recipients",
    "handing the message over",
    f"{NORTH}: accepted (250 2.0.0 kept)",
]
TRIALS = {
    "success": ("good", (), STEPS),
    "TLS": ("unknown", (), [*STEPS[:3], "not delivered: 127.0.0.1 port"]),
    "login": ("good", (Fault(at.AUTH, "535 5.7.8 no"),), [*STEPS[:5], "not delivered: 127.0.0.1 port"]),
    "sender refused": ("good", (Fault(at.SENDER, "553 no"),), [*STEPS[:6], f"{NORTH}: deferred (553 no)"]),
    "recipient refused": ("good", (Fault(at.RECIPIENT, "550 no"),), [*STEPS[:7], f"{NORTH}: refused (550 no)"]),
    "message deferred": ("good", (Fault(at.END, "451 no"),), [*STEPS[:8], f"{NORTH}: deferred (451 no)"]),
}  # fmt: skip


def trial_of(mail: Mail, folder: Path, *to: str) -> tuple[bool, list[str]]:
    """Whether a test message was delivered, and what was said."""
    said: list[str] = []
    settings = Settings(monitor_from=NOW.date(), mail=mail)
    return send_trial(settings, folder, {"MAIL_PASSWORD": PASSWORD}, to, NOW, said.append), said


@pytest.mark.parametrize(("certificate", "faults", "steps"), TRIALS.values(), ids=TRIALS)
def test_a_trial_says_each_step(
    trust: Trust, tmp_path: Path, certificate: str, faults: tuple[Fault, ...], steps: list[str]
) -> None:
    with serving(MailServer(context=getattr(trust, certificate), login=(USER, PASSWORD), faults=faults)) as server:
        is_delivered, said = trial_of(with_login(server.port, trust), tmp_path, NORTH)
    assert len(said) == len(steps)
    assert all(line.startswith(step) for line, step in zip(said, steps, strict=True))
    assert is_delivered == (steps is STEPS)
    assert len(server.received) == is_delivered


def test_a_trial_where_nobody_listens(tmp_path: Path) -> None:
    with nobody() as port:
        place = f"127.0.0.1 port {port}"
        said = [f"connecting to {place}", f"not delivered: {place}: Connection refused"]
        assert trial_of(mail_at(port), tmp_path) == (False, said)
