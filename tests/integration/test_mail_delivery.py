"""Mail through the real command line to a real server: who got what, and what is said where it did not arrive."""

from __future__ import annotations

import base64
import json
import logging
import shutil
import ssl
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import mail_server as at
import pytest
import trustme
from asking import NOW, Answer, Monitor, write_csv
from mail_read import body_of
from mail_server import (
    DRIPS,
    DROPS,
    SILENT,
    Fault,
    HttpServer,
    MailServer,
    Received,
    listening_to_http,
    mute,
    nobody,
    serving,
)

from monitor import pipeline
from monitor.cli.app import main
from monitor.publish.publication import Published

pytestmark = [
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),  # inside apprise, at import
]

NORTH, SOUTH, WEST = "north@icb.example", "south@icb.example", "west@icb.example"
SENDER = "returns-monitor@icb.example"
USER, PASSWORD = "returns", "Tr0ub4dor&3  at/the+gate"  # two blanks: an answer's blanks are drawn together
ENVIRON = {"MAIL_PASSWORD": PASSWORD}
DONE, USAGE, IN_PART = 0, 2, 4
TRIES = 3  # of one run, where a fault passes
PLANNED, SENT, UNDELIVERABLE = "planned", "sent", "undeliverable"
# Seconds to wait for an answer: where one will come, and where none will.
PATIENT, SHORT = 10, 0.3
UNREACHABLE = {"host": "127.0.0.1", "port": 9, "security": "none"}

ORGANISATIONS = """
    organisation_code,organisation_name,contract_type,icb_code
    Z98001,Hill Street Surgery,GMS,QZ1
    Z98002,Mill Lane Practice,GMS,QZ2
    Z98003,River Practice,GMS,QZ3"""
LOG = """
    organisation_code,return_code,period_start,submitted_at,outcome
    Z98001,workforce,2025-11-01,2025-11-20T10:00:00,accepted
    Z98002,workforce,2025-11-01,2025-11-20T10:00:00,accepted
    Z98003,workforce,2025-11-01,2025-11-20T10:00:00,accepted
    Z98003,workforce,2025-12-01,2025-12-20T10:00:00,accepted"""
HOSTILE_LOG = """
    organisation_code,return_code,period_start,submitted_at,outcome
    Z98999,workforce,2025-12-01,2025-12-20T10:00:00,accepted
    Z98999,appointments,2025-11-01,2025-12-20T10:00:00,accepted"""
ALL_OF_IT: Mapping[str, Mapping[str, Any]] = {NORTH: {}}  # one message, and whom it goes to
BY_ICB = {NORTH: {"icbs": ["QZ1"]}, SOUTH: {"icbs": ["QZ2"]}}


@dataclass
class Office:
    """A workspace whose mail goes where it is told to, and questions about what came of it."""

    folder: Path
    monitor: Monitor
    routes: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: ALL_OF_IT)
    environ: Mapping[str, str] = field(default_factory=dict)
    channels: Sequence[Mapping[str, Any]] = ()

    def sends_by(self, **mail: Any) -> None:
        """Write monitor.toml: these settings of [mail], and the routes."""
        lines = ["monitor_from = 2025-11-01"]
        if mail:
            lines += _section("[mail]", {"sender": SENDER, "timeout_seconds": PATIENT, **mail})
            for to, filters in self.routes.items():
                route = {"to": to.split(", "), "kinds": ["missing_return"], **filters}
                lines += _section("[[mail.route]]", route)
        for channel in self.channels:
            lines += _section("[[channel]]", {"kinds": ["missing_return"], **channel})
        (self.folder / "monitor.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def sends_to(self, server: MailServer, **mail: Any) -> None:
        self.sends_by(**{"host": "127.0.0.1", "port": server.port, "security": "none", **mail})

    def does(self, *command: str) -> Answer:
        return self.monitor(*command, "-w", self.folder, environ=dict(self.environ))

    def run(self) -> Answer:
        return self.does("run")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "var" / "monitor.duckdb"), read_only=True) as store:
            return store.execute(query).fetchall()

    def delivery(self) -> dict[str, tuple[str, int, str | None]]:
        """By recipient: state, how many attempts, last error."""
        return {
            row[0]: row[1:] for row in self.rows("SELECT recipient, state, attempts, last_error FROM data.delivery")
        }

    def error_of(self, recipient: str) -> str:
        return self.delivery()[recipient][2] or ""

    def alert_ids(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT alert_id FROM data.alert ORDER BY alert_number")]

    def message_ids(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT message_id FROM data.alert ORDER BY alert_number")]


def _section(title: str, values: Mapping[str, Any]) -> list[str]:
    return [title, *(f"{key} = {json.dumps(value)}" for key, value in values.items())]


def _checked(folder: Path, organisations: str = ORGANISATIONS, log: str = LOG) -> Path:
    """A workspace that was checked and published, and of which nobody has been told anything."""
    (folder / "inbox").mkdir(parents=True)
    write_csv(folder / "inbox" / "organisations.csv", organisations)
    write_csv(folder / "inbox" / "log.csv", log)
    nobody_is_told = f'[mail]\nhost = "localhost"\nsender = "{SENDER}"\n'
    (folder / "monitor.toml").write_text(f"monitor_from = 2025-11-01\n{nobody_is_told}", encoding="utf-8")
    assert main(["run", "-w", str(folder)], {}, lambda: NOW) == DONE
    return folder


@pytest.fixture(scope="session")
def checked_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One workforce return not received in each of two ICBs."""
    return _checked(tmp_path_factory.mktemp("mail") / "workspace")


@pytest.fixture
def published_office(checked_once: Path, tmp_path: Path, monitor: Monitor) -> Office:
    return Office(Path(shutil.copytree(checked_once, tmp_path / "office")), monitor)


@pytest.fixture
def office(published_office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office that does not publish, which takes longer than all the rest; test_what_analysts_see does."""
    monkeypatch.setattr(pipeline, "publish_news", _publishes_nothing)
    return published_office


def _in_process(*words: object, environ: Mapping[str, str]) -> Answer:
    return Answer(main([str(word) for word in words], environ, lambda: NOW, pause=lambda seconds: None), "", "")


def _publishes_nothing(*_: object) -> Published:
    """What a publication costs is not what these tests are about."""
    return Published()


@dataclass(frozen=True)
class Trust:
    """An authority of our own, and contexts of servers with its certificates and with others."""

    ca_file: str
    good: ssl.SSLContext
    other_name: ssl.SSLContext
    expired: ssl.SSLContext
    unknown: ssl.SSLContext


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    ours, others = trustme.CA(), trustme.CA()
    ca_file = tmp_path_factory.mktemp("trust") / "ca.pem"
    ours.cert_pem.write_to_path(str(ca_file))
    began, ended = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC)
    return Trust(
        str(ca_file),
        _context(ours.issue_cert("127.0.0.1")),
        _context(ours.issue_cert("mail.elsewhere.example")),
        _context(ours.issue_cert("127.0.0.1", not_before=began, not_after=ended)),
        _context(others.issue_cert("127.0.0.1")),
    )


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@contextmanager
def _mended(office: Office, before: MailServer | None = None) -> Iterator[MailServer]:
    """Everything is in order from now on; the server knows what was received before."""
    with serving(MailServer(received=before.received if before else [])) as server:
        office.sends_to(server)
        yield server


def _assert_sent_once(office: Office, server: MailServer, *recipients: str) -> None:
    """Each has one copy, under the Message-ID of its alert, and nothing waits."""
    copies = server.copies()
    assert {recipient: len(ids) for recipient, ids in copies.items()} == dict.fromkeys(recipients, 1)
    assert {one for ids in copies.values() for one in ids} == set(office.message_ids())
    assert {state for state, _, _ in office.delivery().values()} == {SENT}


def _assert_sent_once_and_quiet(office: Office, server: MailServer, *recipients: str) -> None:
    """The same, and a further run sends nothing."""
    _assert_sent_once(office, server, *recipients)
    assert office.run().code == DONE
    _assert_sent_once(office, server, *recipients)


# 1. What works


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_arrives_by_each_kind_of_security(office: Office, trust: Trust, security: str) -> None:
    encrypted = MailServer(context=trust.good, is_tls_from_the_start=security == "tls", login=(USER, PASSWORD))
    office.environ = ENVIRON
    with serving(encrypted if security != "none" else MailServer()) as server:
        login = {"username": USER, "password_env": "MAIL_PASSWORD", "ca_file": trust.ca_file}
        office.sends_to(server, security=security, **(login if security != "none" else {}))
        notified = office.run()
        assert notified.code == DONE
        assert "Told: Data returns: 2 new. First: Hill Street Surgery (Z98001)" in notified.out
        assert f"  to {NORTH}" in notified.out
        (received,) = server.received
        assert (received.sender, received.recipients) == (SENDER, (NORTH,))
        assert received.is_encrypted == (security != "none")
        assert received.login == (USER if security != "none" else None)
        assert received.message["Date"].datetime == NOW
        _assert_sent_once_and_quiet(office, server, NORTH)


def test_a_login_in_letters_beyond_ascii(office: Office, trust: Trust) -> None:
    office.environ = {"MAIL_PASSWORD": "pound£ and é"}
    with serving(MailServer(context=trust.good, login=(USER, "pound£ and é"))) as server:
        office.sends_to(server, security="starttls", username=USER, password_env="MAIL_PASSWORD", ca_file=trust.ca_file)
        assert office.run().code == DONE
        _assert_sent_once(office, server, NORTH)


@pytest.mark.parametrize("named", ["in full", "within the workspace"])
def test_a_password_in_a_file(office: Office, trust: Trust, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    (office.folder / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    monkeypatch.chdir(office.folder.parent)
    with serving(MailServer(context=trust.good, login=(USER, PASSWORD))) as server:
        file = str(office.folder / "password") if named == "in full" else "password"
        secret = {"username": USER, "password_file": file}
        office.sends_to(server, security="starttls", ca_file=trust.ca_file, **secret)
        assert office.run().code == DONE
        _assert_sent_once(office, server, NORTH)


# 2. to 5. No conversation: no server, no trust, no login


@dataclass(frozen=True)
class NoWay:
    """Why no message at all can be handed over. trust: which of the certificates the server has; None: no TLS."""

    says: str
    certificate: str | None = "good"
    is_tls: bool = False
    faults: tuple[Fault, ...] = ()
    mail: Mapping[str, Any] = field(default_factory=dict)
    tries: int = 1


STARTTLS, TLS = {"security": "starttls"}, {"security": "tls"}
SHORT_STARTTLS, SHORT_TLS = STARTTLS | {"timeout_seconds": SHORT}, TLS | {"timeout_seconds": SHORT}
NO_WAY = {
    "untrusted certificate, starttls": NoWay("TLS): unable to get local issuer certificate", "unknown", mail=STARTTLS),
    "untrusted certificate, tls": NoWay("TLS): unable to get local issuer certificate", "unknown", True, mail=TLS),
    "certificate for another name, starttls": NoWay("IP address mismatch", "other_name", mail=STARTTLS),
    "certificate for another name, tls": NoWay("IP address mismatch", "other_name", True, mail=TLS),
    "certificate that is over": NoWay("certificate has expired", "expired", mail=STARTTLS),
    "no STARTTLS": NoWay("STARTTLS extension not supported by server; nothing was sent in plain", None, mail=STARTTLS),
    "STARTTLS refused": NoWay("454 not now", faults=(Fault(at.STARTTLS, "454 not now"),), mail=STARTTLS, tries=TRIES),
    "tls asked of a server of plain text": NoWay("no trusted encryption (TLS)", None, mail=TLS),
    "starttls asked of a server of tls": NoWay("no answer in time", is_tls=True, mail=SHORT_STARTTLS),
    "no such ca_file": NoWay("[mail] ca_file", mail=STARTTLS | {"ca_file": "/no/such/ca.pem"}),
    "host without an address": NoWay("mail.nhs.invalid port", mail=STARTTLS | {"host": "mail.nhs.invalid"}),
    "host that is no name": NoWay("mail..nhs.invalid port", mail=STARTTLS | {"host": "mail..nhs.invalid"}),
    "silent from the start": NoWay("no answer in time", faults=(Fault(at.GREETING, SILENT),), mail=SHORT_STARTTLS),
    "silent after EHLO": NoWay("no answer in time", faults=(Fault(at.EHLO, SILENT),), mail=SHORT_STARTTLS),
    "silent after STARTTLS": NoWay("no answer in time", faults=(Fault(at.STARTTLS, SILENT),), mail=SHORT_STARTTLS),
    "drips from the start": NoWay(
        "took longer than 1.8 seconds", faults=(Fault(at.GREETING, DRIPS),), mail=SHORT_STARTTLS
    ),
    "drips over tls": NoWay(
        "took longer than 1.8 seconds",
        is_tls=True,
        faults=(Fault(at.GREETING, DRIPS),),
        mail=SHORT_TLS,
    ),
    "drops at once": NoWay("Connection", faults=(Fault(at.GREETING, DROPS),), mail=STARTTLS, tries=TRIES),
    "421 at the greeting": NoWay("421 busy", faults=(Fault(at.GREETING, "421 busy"),), mail=STARTTLS, tries=TRIES),
    "554 at the greeting": NoWay("554 not you", faults=(Fault(at.GREETING, "554 not you"),), mail=STARTTLS),
    "wrong password": NoWay("the login was refused: 535 5.7.8", mail=STARTTLS | {"username": "somebody"}),
    "login for a while not possible": NoWay(
        "454 4.7.0 later", faults=(Fault(at.AUTH, "454 4.7.0 later"),), mail=STARTTLS, tries=TRIES
    ),
    "environment without the password": NoWay(
        "[mail] password_env: the environment has no OTHER", mail=STARTTLS | {"password_env": "OTHER"}
    ),
    "password file that is not there": NoWay(
        "[mail] password_file: /no/such/file cannot be read",
        mail=STARTTLS | {"password_env": None, "password_file": "/no/such/file"},
    ),
}


@pytest.mark.parametrize("case", NO_WAY.values(), ids=NO_WAY)
def test_no_conversation(office: Office, trust: Trust, case: NoWay) -> None:
    office.environ = ENVIRON
    context = getattr(trust, case.certificate) if case.certificate else None
    with serving(
        MailServer(context=context, is_tls_from_the_start=case.is_tls, login=(USER, PASSWORD), faults=case.faults)
    ) as server:
        mail = {"ca_file": trust.ca_file, "username": USER, "password_env": "MAIL_PASSWORD", **case.mail}
        office.sends_to(server, **{key: value for key, value in mail.items() if value is not None})
        notified = office.run()
        assert notified.code == IN_PART
        assert f"Not delivered to {NORTH}: Data returns: 2 new" in notified.out
        state, attempts, error = office.delivery()[NORTH]
        assert (state, attempts) == (PLANNED, case.tries)
        assert error
        assert case.says in error
        assert error in notified.out
        assert not [said for said in server.commands if said.startswith(at.SENDER)]
    with _mended(office) as server:
        assert office.run().code == DONE
        _assert_sent_once(office, server, NORTH)


def test_mail_is_taken_out_of_the_settings_while_a_message_waits(office: Office) -> None:
    office.sends_by(**UNREACHABLE)
    office.run()
    office.sends_by()
    assert office.run().code == IN_PART
    assert office.error_of(NORTH).startswith("monitor.toml has no [mail] any more")
    with _mended(office) as server:
        assert office.run().code == DONE
        assert server.copies() == {NORTH: office.message_ids()[:1]}  # the second is of the outbox, told meanwhile


def test_connection_refused(office: Office) -> None:
    with nobody() as port:
        office.sends_by(host="127.0.0.1", port=port, security="none")
        assert office.run().code == IN_PART
        assert office.delivery()[NORTH] == (PLANNED, TRIES, f"127.0.0.1 port {port}: Connection refused")
    with _mended(office) as server:
        assert office.run().code == DONE
        _assert_sent_once_and_quiet(office, server, NORTH)


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_accepts_and_never_speaks(office: Office, security: str) -> None:
    with mute() as port:
        office.sends_by(host="127.0.0.1", port=port, security=security, timeout_seconds=SHORT)
        assert office.run().code == IN_PART
        assert office.delivery()[NORTH] == (PLANNED, 1, f"127.0.0.1 port {port}: no answer in time")
    with _mended(office) as server:
        assert office.run().code == DONE
        _assert_sent_once(office, server, NORTH)


# 5. to 7. A conversation that goes wrong at one step


@dataclass(frozen=True)
class GoesWrong:
    """What is said then. copies: how many there are once all is mended."""

    fault: Fault
    says: str
    state: str = PLANNED
    tries: int = 1
    copies: int = 1
    size_limit: int = 33_554_432


MAY_HAVE_ARRIVED = "it may have arrived, and a second copy has the same Message-ID"
GOES_WRONG = {
    "451 sender": GoesWrong(Fault(at.SENDER, "451 4.3.0 later"), "451 4.3.0 later", tries=TRIES),
    "553 sender": GoesWrong(Fault(at.SENDER, "553 5.1.8 not yours"), "553 5.1.8 not yours"),
    "552 size at the sender": GoesWrong(Fault(at.SENDER, "552 5.3.4 too large"), "552 5.3.4 too large", UNDELIVERABLE),
    "552 size announced": GoesWrong(
        Fault("never", ""), "552 Error: message size exceeds", UNDELIVERABLE, size_limit=2_000
    ),
    "450 recipient": GoesWrong(Fault(at.RECIPIENT, "450 4.2.1 later"), "450 4.2.1 later", tries=TRIES),
    "550 recipient": GoesWrong(Fault(at.RECIPIENT, "550 5.1.1 unknown"), "550 5.1.1 unknown", UNDELIVERABLE),
    "552 mailbox full": GoesWrong(Fault(at.RECIPIENT, "552 5.2.2 full"), "552 5.2.2 full", UNDELIVERABLE),
    "451 before the message": GoesWrong(Fault(at.DATA, "451 4.3.0 later"), "451 4.3.0 later", tries=TRIES),
    "554 before the message": GoesWrong(Fault(at.DATA, "554 5.5.1 no"), "554 5.5.1 no", UNDELIVERABLE),
    "452 after the message": GoesWrong(Fault(at.END, "452 4.3.1 no room"), "452 4.3.1 no room", tries=TRIES),
    "554 after the message": GoesWrong(Fault(at.END, "554 5.7.1 spam"), "554 5.7.1 spam", UNDELIVERABLE),
    "552 after the message": GoesWrong(Fault(at.END, "552 5.3.4 too large"), "552 5.3.4 too large", UNDELIVERABLE),
    "silent at the sender": GoesWrong(Fault(at.SENDER, SILENT), "while naming the sender: no answer in time"),
    "silent at the recipient": GoesWrong(Fault(at.RECIPIENT, SILENT), "while naming the recipients: no answer in time"),
    "silent before the message": GoesWrong(Fault(at.DATA, SILENT), "handing the message over: no answer in time"),
    "silent after the message": GoesWrong(Fault(at.END, SILENT), MAY_HAVE_ARRIVED),
    "keeps it and is silent": GoesWrong(Fault(at.KEPT, SILENT), MAY_HAVE_ARRIVED, copies=2),
    "drips after the message": GoesWrong(Fault(at.END, DRIPS), "it took longer than 1.8 seconds"),
    "drops at the sender": GoesWrong(Fault(at.SENDER, DROPS), "connection lost while naming the sender", tries=TRIES),
    "drops at the recipient": GoesWrong(
        Fault(at.RECIPIENT, DROPS), "connection lost while naming the rec", tries=TRIES
    ),
    "drops after the message": GoesWrong(Fault(at.END, DROPS), MAY_HAVE_ARRIVED),
    "keeps it and drops": GoesWrong(Fault(at.KEPT, DROPS), MAY_HAVE_ARRIVED, copies=2),
}


@pytest.mark.parametrize("case", GOES_WRONG.values(), ids=GOES_WRONG)
def test_goes_wrong_at_one_step(office: Office, case: GoesWrong) -> None:
    with serving(MailServer(faults=(case.fault,), size_limit=case.size_limit)) as broken:
        is_slow = case.fault.does in (SILENT, DRIPS)
        office.sends_to(broken, timeout_seconds=SHORT if is_slow else PATIENT)
        notified = office.run()
        assert notified.code == IN_PART
        state, attempts, error = office.delivery()[NORTH]
        assert (state, attempts) == (case.state, case.tries)
        assert error
        assert case.says in error
        assert error in notified.out
    with _mended(office, broken) as server:
        again = office.run()
        if case.state == UNDELIVERABLE:
            assert (again.code, len(server.received)) == (IN_PART, 0)
            assert office.does("alerts", "resend", *office.alert_ids()).code == DONE
        else:
            assert again.code == DONE
        (message_id,) = office.message_ids()
        assert server.copies() == {NORTH: [message_id] * case.copies}
        assert office.delivery()[NORTH][0] == SENT


def test_a_message_that_was_accepted_stays_so_whatever_the_goodbye(office: Office) -> None:
    class Rude(MailServer):
        async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
            await server.goes_wrong(DROPS)
            return ""

    with serving(Rude()) as server:
        office.sends_to(server)
        assert office.run().code == DONE
        _assert_sent_once_and_quiet(office, server, NORTH)


# 8. and 9. One of several


def test_one_recipient_refused_and_one_deferred(office: Office) -> None:
    office.routes = {f"{NORTH}, {SOUTH}, {WEST}": {}}
    bad, later = Fault(at.RECIPIENT, "550 5.1.1 unknown", NORTH), Fault(at.RECIPIENT, "450 4.2.1 later", SOUTH)
    with serving(MailServer(faults=(bad, later))) as server:
        office.sends_to(server)
        assert office.run().code == IN_PART
        (message_id,) = office.message_ids()
        assert server.copies() == {WEST: [message_id]}
        assert office.delivery() == {
            NORTH: (UNDELIVERABLE, 1, "550 5.1.1 unknown"),
            SOUTH: (PLANNED, TRIES, "450 4.2.1 later"),
            WEST: (SENT, 1, None),
        }
        server.faults = ()
        assert office.run().code == IN_PART  # the one that was refused is for a person
        assert server.copies() == {WEST: [message_id], SOUTH: [message_id]}
        resent = office.does("alerts", "resend", office.alert_ids()[0])
        assert (resent.code, resent.out) == (DONE, f"Sent again to {NORTH}.\n")
        assert server.copies() == {WEST: [message_id], SOUTH: [message_id], NORTH: [message_id]}
        assert office.run().code == DONE
        assert len(server.received) == 3


POISON = {
    "a recipient": Fault(at.RECIPIENT, DROPS, NORTH),
    "a message": Fault(at.END, DROPS, "Hill Street"),
    "a message that ends in silence": Fault(at.END, SILENT, "Hill Street"),
    "a message refused": Fault(at.END, "554 5.7.1 spam", "Hill Street"),
}


@pytest.mark.parametrize("fault", POISON.values(), ids=POISON)
def test_poison_does_not_block_the_others(office: Office, fault: Fault) -> None:
    office.routes = BY_ICB
    with serving(MailServer(faults=(fault,))) as server:
        office.sends_to(server, timeout_seconds=SHORT if fault.does == SILENT else PATIENT)
        assert office.run().code == IN_PART
        assert {to: len(ids) for to, ids in server.copies().items()} == {SOUTH: 1}
        assert office.delivery()[SOUTH] == (SENT, 1, None)
        assert office.delivery()[NORTH][0] in (PLANNED, UNDELIVERABLE)
        server.faults = ()
        office.run()
        if office.delivery()[NORTH][0] == UNDELIVERABLE:
            office.does("alerts", "resend", office.alert_ids()[0])
        _assert_sent_once_and_quiet(office, server, NORTH, SOUTH)


def test_what_may_have_arrived_is_not_sent_again_in_a_run_that_tries_others_again(office: Office) -> None:
    office.routes = BY_ICB
    faults = (Fault(at.END, DROPS, "Hill Street"), Fault(at.RECIPIENT, "450 4.2.1 later", SOUTH))
    with serving(MailServer(faults=faults)) as server:
        office.sends_to(server)
        assert office.run().code == IN_PART
        assert {to: attempts for to, (_, attempts, _) in office.delivery().items()} == {NORTH: 1, SOUTH: TRIES}


# 10. The secret


def _forms(secret: str) -> list[str]:
    """A password as it is, and as logins write it."""
    said = (secret, f"\0{USER}\0{secret}", f"{USER}\0{USER}\0{secret}")
    return [secret, " ".join(secret.split()), *(base64.b64encode(one.encode()).decode() for one in said)]


def _all_that_is_kept(office: Office) -> str:
    """Every file of the workspace and every value of the store, as text."""
    files = [path.read_bytes().decode("latin-1") for path in office.folder.rglob("*") if path.is_file()]
    tables = office.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'data'")
    return "\n".join([*files, *(str(office.rows(f'FROM data."{name}"')) for (name,) in tables)])


ECHOES = {
    "where the answer is cut": "535 5.7.8 " + "x" * 280 + " {password}",
    "in an answer of another code": "454 4.7.0 {password} {whole}",
    "in every form": "535 5.7.8 {password} {whole} {alone}",
}


@pytest.mark.parametrize("answer", ECHOES.values(), ids=ECHOES)
def test_the_password_is_nowhere(
    published_office: Office,
    trust: Trust,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    answer: str,
) -> None:
    office, is_all_of_it = published_office, answer == ECHOES["in every form"]
    if not is_all_of_it:
        monkeypatch.setattr(pipeline, "publish_news", _publishes_nothing)
    office.environ = ENVIRON
    caplog.set_level(logging.DEBUG, "monitor")
    with serving(MailServer(context=trust.good, faults=(Fault(at.AUTH, answer),))) as server:
        office.sends_to(server, security="starttls", username=USER, password_env="MAIL_PASSWORD", ca_file=trust.ca_file)
        commands = {("run",): IN_PART, ("alerts", "test"): IN_PART}
        if is_all_of_it:
            commands |= {("doctor",): IN_PART, ("alerts", "list"): DONE, ("sql", "FROM alert"): DONE}
        answers = [office.does(*command) for command in commands]
        assert [one.code for one in answers] == list(commands.values())
        assert "***" in office.error_of(NORTH) or len(answer) > 200
    said = "\n".join([*(one.out + one.err for one in answers), caplog.text, _all_that_is_kept(office)])
    assert not [form for form in _forms(PASSWORD) if form in said]
    assert PASSWORD[:8] not in said


# 11. Channels


CHANNEL = "channel:hook"


@pytest.fixture
def with_channel(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office that tells a channel and nobody by mail."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    office.channels = [{"name": "hook", "url_env": "HOOK_URL"}]
    office.routes = {}
    office.sends_by(**UNREACHABLE)
    return office


def _findings_by(hook: HttpServer, path: str = "") -> dict[str, str]:
    return {"HOOK_URL": f"json://secret-user:secret-word@127.0.0.1:{hook.port}/secret-token{path}?rto=10&cto=10"}


def test_a_webhook_is_told(with_channel: Office) -> None:
    with listening_to_http() as hook:
        with_channel.environ = _findings_by(hook)
        assert with_channel.run().code == DONE
        ((path, body),) = hook.posted
        assert path.startswith("/secret-token")
        posted = json.loads(body)
        assert posted["title"].startswith("Data returns: 2 new. First: Hill Street Surgery (Z98001)")
        assert "Mill Lane Practice (Z98002)" in posted["message"]
        assert with_channel.delivery() == {CHANNEL: (SENT, 1, None)}
        assert with_channel.run().code == DONE
        assert len(hook.posted) == 1
    assert "secret-" not in _all_that_is_kept(with_channel)


def test_teams_is_told(with_channel: Office, trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", trust.ca_file)
    with listening_to_http(trust.good) as hook:
        with_channel.environ = {"HOOK_URL": f"workflows://127.0.0.1:{hook.port}/workflow1/signature1"}
        assert with_channel.run().code == DONE
        ((_, body),) = hook.posted
        assert "Data returns: 2 new" in body
        assert with_channel.delivery() == {CHANNEL: (SENT, 1, None)}


def test_a_channel_that_answers_500_is_told_later(with_channel: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with listening_to_http() as hook:
        with_channel.environ = _findings_by(hook)
        hook.answers = [500] * TRIES
        notified = with_channel.run()
        assert notified.code == IN_PART
        assert with_channel.delivery() == {CHANNEL: (PLANNED, TRIES, "channel hook did not take it")}
        assert "secret-" not in notified.out + notified.err + caplog.text + _all_that_is_kept(with_channel)
        assert with_channel.run().code == DONE
        assert len(hook.posted) == 1


def test_a_channel_that_is_silent_holds_nobody_up(with_channel: Office) -> None:
    with mute() as port, serving() as server:
        with_channel.routes = ALL_OF_IT
        with_channel.sends_to(server)
        with_channel.environ = {"HOOK_URL": f"json://127.0.0.1:{port}/?rto=0.1&cto=0.1"}
        assert with_channel.run().code == IN_PART
        assert with_channel.delivery()[NORTH] == (SENT, 1, None)
        assert with_channel.delivery()[CHANNEL][0] == PLANNED


NO_CHANNEL = {
    "environment without the address": ({}, "[[channel]] hook url_env: the environment has no HOOK_URL"),
    "no address": ({"HOOK_URL": "not an address"}, "the address of channel hook is none that apprise knows"),
}


@pytest.mark.parametrize(("environ", "says"), NO_CHANNEL.values(), ids=NO_CHANNEL)
def test_a_channel_that_is_not_set_up(with_channel: Office, environ: dict[str, str], says: str) -> None:
    with_channel.environ = environ
    notified = with_channel.run()
    assert notified.code == IN_PART
    assert says in with_channel.error_of(CHANNEL)
    assert says in notified.out
    with listening_to_http() as hook:
        with_channel.environ = _findings_by(hook)
        assert with_channel.run().code == DONE
        assert len(hook.posted) == 1


def test_a_channel_whose_service_breaks_holds_nobody_up(with_channel: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def add(self, _url: str) -> bool:
            raise RuntimeError("https://secret-address")

    monkeypatch.setattr("apprise.Apprise", Broken)
    with serving() as server:
        with_channel.routes, with_channel.environ = ALL_OF_IT, {"HOOK_URL": "json://127.0.0.1:9/"}
        with_channel.sends_to(server)
        assert with_channel.run().code == IN_PART
        assert with_channel.delivery()[NORTH] == (SENT, 1, None)
        assert with_channel.error_of(CHANNEL) == "channel hook did not take it (RuntimeError)"


def test_channels_without_apprise(with_channel: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with_channel.environ = {"HOOK_URL": "json://127.0.0.1:9/"}
    assert with_channel.run().code == IN_PART
    assert with_channel.error_of(CHANNEL) == "channels need the extra: pip install 'monitor[channels]'"
    doctor = with_channel.does("doctor")
    assert "pip install 'monitor[channels]'" in doctor.out


# 12. Settings


SETTINGS = {
    "plain text to elsewhere": ({"host": "mail.icb.example", "security": "none"}, "security 'starttls' or 'tls'"),
    "a line end in host": ({"host": "mail.icb.example\r\nX"}, "host"),
    "a line end in username": ({"username": "a\nb", "password_env": "P"}, "username"),
    "a line end in sender": ({"sender": "a@icb.example\r\nBcc: b@icb.example"}, "sender"),
    "a line end in reply_to": ({"reply_to": "a@icb.example\nBcc: b@icb.example"}, "reply_to"),
    "a line end after default_to": ({"default_to": ["a@icb.example\n"]}, "default_to"),
    "two addresses in one": ({"default_to": ["a@icb.example, b@icb.example"]}, "default_to"),
    "a username without a password": ({"username": "a"}, "password_env or password_file"),
}


@pytest.mark.parametrize(("mail", "says"), SETTINGS.values(), ids=SETTINGS)
def test_settings_that_are_refused(office: Office, mail: Mapping[str, Any], says: str) -> None:
    office.sends_by(**{"host": "mail.icb.example", **mail})
    notified = office.run()
    assert notified.code == USAGE
    assert says in notified.err
    assert "Traceback" not in notified.err


def test_a_line_end_in_a_route_is_refused(office: Office) -> None:
    office.routes = {"a@icb.example\r\nRCPT TO:<b@icb.example>": {}}
    office.sends_by(host="mail.icb.example")
    assert office.run().code == USAGE


# 13. alerts test


STEPS = [
    "connecting to 127.0.0.1 port",
    "the server answered",
    "the line is encrypted",
    f"logged in as {USER}",
    f"the server takes mail from {SENDER}",
    f"the server takes mail for {NORTH}",
    "the server accepted the message",
    f"{NORTH}: accepted",
]
TRIALS = {
    "success": ("good", (), STEPS),
    "TLS": ("unknown", (), [*STEPS[:2], "not delivered: 127.0.0.1 port"]),
    "login": ("good", (Fault(at.AUTH, "535 5.7.8 no"),), [*STEPS[:3], "not delivered: 127.0.0.1 port"]),
    "sender refused": ("good", (Fault(at.SENDER, "553 no"),), [*STEPS[:4], f"{NORTH}: deferred (553 no)"]),
    "recipient refused": ("good", (Fault(at.RECIPIENT, "550 no"),), [*STEPS[:5], f"{NORTH}: refused (550 no)"]),
    "message deferred": ("good", (Fault(at.END, "451 no"),), [*STEPS[:6], f"{NORTH}: deferred (451 no)"]),
}  # fmt: skip


@pytest.mark.parametrize(("certificate", "faults", "steps"), TRIALS.values(), ids=TRIALS)
def test_a_trial_says_each_step(
    office: Office, trust: Trust, certificate: str, faults: tuple[Fault, ...], steps: list[str]
) -> None:
    office.environ = ENVIRON
    with serving(MailServer(context=getattr(trust, certificate), login=(USER, PASSWORD), faults=faults)) as server:
        office.sends_to(server, security="starttls", username=USER, password_env="MAIL_PASSWORD", ca_file=trust.ca_file)
        notified = office.does("alerts", "test", "--to", NORTH)
    lines = notified.out.splitlines()
    assert len(lines) == len(steps)
    assert all(line.startswith(step) for line, step in zip(lines, steps, strict=True))
    is_delivered = steps is STEPS
    assert notified.code == (DONE if is_delivered else IN_PART)
    assert len(server.received) == is_delivered
    assert office.delivery() == {}


def test_a_trial_where_nobody_listens(office: Office) -> None:
    with nobody() as port:
        office.sends_by(host="127.0.0.1", port=port, security="none")
        notified = office.does("alerts", "test")
    place = f"127.0.0.1 port {port}"
    assert (notified.code, notified.out) == (
        IN_PART,
        f"connecting to {place}\nnot delivered: {place}: Connection refused\n",
    )


def test_a_trial_without_mail_is_a_file(office: Office) -> None:
    office.sends_by()
    notified = office.does("alerts", "test")
    assert notified.code == DONE
    (file,) = (office.folder / "outbox").iterdir()
    assert b"Subject: Data returns: a test message" in file.read_bytes()


# 14. alerts resend


def test_resend_to_somebody_else_and_to_all(office: Office) -> None:
    with serving() as server:
        office.sends_to(server)
        assert office.run().code == DONE
        (alert_id,), (message_id,) = office.alert_ids(), office.message_ids()
        assert office.does("alerts", "resend", alert_id, "--to", WEST).out == f"Sent again to {WEST}.\n"
        assert server.copies() == {NORTH: [message_id], WEST: [message_id]}
        assert office.does("alerts", "resend", alert_id).code == DONE
        assert server.copies() == {NORTH: [message_id] * 2, WEST: [message_id] * 2}
        assert len({one.content for one in server.received}) == 1
        assert office.run().code == DONE
        assert len(server.received) == 3


@pytest.mark.parametrize("is_acknowledged", [False, True], ids=["open", "acknowledged"])
def test_resend_that_does_not_arrive_says_so(office: Office, is_acknowledged: bool) -> None:
    with serving(MailServer(faults=(Fault(at.RECIPIENT, "550 5.1.1 unknown"),))) as server:
        office.sends_to(server)
        office.run()
        (alert_id,) = office.alert_ids()
        if is_acknowledged:
            assert office.does("alerts", "ack", alert_id, "--by", "A. Person").code == DONE
            assert office.run().code == DONE
        notified = office.does("alerts", "resend", alert_id)
    assert (notified.code, notified.out) == (IN_PART, "")
    assert f"not delivered to {NORTH}: 550 5.1.1 unknown" in notified.err


@pytest.mark.parametrize("asked", [("nothing",), ("nothing", "--to", "no address")])
def test_resend_of_what_is_not(office: Office, asked: tuple[str, ...]) -> None:
    office.sends_by(**UNREACHABLE)
    office.run()
    assert office.does("alerts", "resend", *asked).code == USAGE


# What doctor and the analysts see


def test_what_analysts_see(published_office: Office) -> None:
    office = published_office
    office.routes = BY_ICB
    with serving(
        MailServer(faults=(Fault(at.RECIPIENT, "550 5.1.1 unknown", NORTH), Fault(at.RECIPIENT, "450 later", SOUTH)))
    ) as server:
        office.sends_to(server)
        assert office.run().code == IN_PART
        columns = "recipients, state, attempts, last_error, sent_at IS NULL AS waits"
        rows = json.loads(
            office.does("sql", f"SELECT {columns} FROM alert ORDER BY recipients", "--format", "json").out
        )
        assert rows == [
            {
                "recipients": NORTH,
                "state": UNDELIVERABLE,
                "attempts": 1,
                "last_error": f"{NORTH}: 550 5.1.1 unknown",
                "waits": True,
            },
            {
                "recipients": SOUTH,
                "state": PLANNED,
                "attempts": TRIES,
                "last_error": f"{SOUTH}: 450 later",
                "waits": True,
            },
        ]
        counted = "SELECT recipient, outcome, count(*) AS attempts FROM delivery GROUP BY ALL ORDER BY ALL"
        rows = json.loads(office.does("sql", counted, "--format", "json").out)
        assert [tuple(row.values()) for row in rows] == [(NORTH, "refused", 1), (SOUTH, "deferred", TRIES)]
        doctor = office.does("doctor")
        assert doctor.code == IN_PART
        assert f"has not reached {NORTH}: 550 5.1.1 unknown" in doctor.out
        assert f"has not reached {SOUTH}: 450 later" in doctor.out
        listed = json.loads(office.does("alerts", "list", "--state", UNDELIVERABLE, "--format", "json").out)
        assert [row["recipients"] for row in listed] == [NORTH]


def test_doctor_speaks_to_the_server(office: Office, trust: Trust) -> None:
    office.environ = ENVIRON
    login = {"security": "starttls", "username": USER, "password_env": "MAIL_PASSWORD", "ca_file": trust.ca_file}
    with serving(MailServer(context=trust.good, login=(USER, PASSWORD))) as server:
        office.sends_to(server, **login)
        assert f"127.0.0.1 port {server.port} answers, and takes the login" in office.does("doctor").out
        server.faults = (Fault(at.AUTH, "535 5.7.8 no"),)
        doctor = office.does("doctor")
        assert doctor.code == IN_PART
        assert "the login was refused: 535 5.7.8 no" in doctor.out


# 15. and 16. Names that would be more than names

HOSTILE = {
    "line ends": "Hill\r\nBcc: evil@evil.example\r\n\r\nHello",
    "encoded word, quoted": "=?utf-8?q?Hill=0D=0ABcc:_evil=40evil.example?=",
    "encoded word, base64": "=?utf-8?b?DQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?= Hill",
    "5,000 letters": "N" * 5_000,
    "5,000 letters beyond ASCII": "Ü" * 5_000,
    "lines with a dot": ".\r\n.\r\nQUIT\r\nHill",
    "controls": "Hill\x1b[2J\u202e\u2028\x85Street",
    "markup": "<script>alert(1)</script> & Hill",
}
AREAS = {name: f"QX{number}" for number, name in enumerate(HOSTILE, start=1)}
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
    "Content-Type",
}  # fmt: skip


@pytest.fixture(scope="session")
def hostile_mail(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Received]:
    """What arrives, by recipient, of practices and suppliers with hostile names, an ICB each."""
    folder = tmp_path_factory.mktemp("hostile") / "workspace"
    heading = "organisation_code,organisation_name,contract_type,icb_code,clinical_supplier"
    practices = [
        ",".join([f"Z98{place}{number:02}", _quoted(name), "GMS", AREAS[key], _quoted(name)])
        for place, (key, name) in enumerate(HOSTILE.items())
        for number in range(5)
    ]
    organisations = "\n".join([heading, "Z98999,Good,GMS,QZ9,Fine", *practices]) + "\n"
    (folder / "inbox").mkdir(parents=True)
    (folder / "inbox" / "organisations.csv").write_bytes(organisations.encode())
    write_csv(folder / "inbox" / "log.csv", HOSTILE_LOG)
    routes = {
        _who(kind, area): {"kinds": [kind], "icbs": [area]}
        for area in AREAS.values()
        for kind in ("missing_return", "supplier_gap")
    }
    with serving() as server:
        office = Office(folder, _in_process, routes=routes)
        office.sends_to(server)
        assert office.run().code == DONE
    return {" ".join(one.recipients): one for one in server.received}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _who(kind: str, area: str) -> str:
    return f"{kind}.{area}@icb.example"


@pytest.mark.parametrize("kind", ["missing_return", "supplier_gap"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_a_name(hostile_mail: dict[str, Received], name: str, kind: str) -> None:
    who = _who(kind, AREAS[name])
    received = hostile_mail[who]
    message = received.message
    assert set(message.keys()) == HEADERS
    assert (message["From"], message["To"]) == (SENDER, who)
    assert not message.defects
    subject = message["Subject"]
    assert subject.startswith("Data returns: ")
    assert len(subject) <= 165
    assert subject.isprintable()
    if "letters" not in name and name not in ("lines with a dot",):
        assert "Hill" in subject
    assert received.content.isascii()
    assert max(map(len, received.content.split(b"\r\n"))) <= 998
    assert b"\n" not in received.content.replace(b"\r\n", b"")
    assert "<script>" not in body_of(message, "html")


def test_many_recipients_are_one_header(office: Office) -> None:
    many = [f"somebody.{number}.of.a.long.name@department-{number}.icb.example" for number in range(60)]
    office.routes = {", ".join(many): {}}
    with serving() as server:
        office.sends_to(server)
        assert office.run().code == DONE
        (received,) = server.received
    assert sorted(received.recipients) == sorted(many)
    assert [address.addr_spec for address in received.message["To"].addresses] == many
    assert max(map(len, received.content.split(b"\r\n"))) <= 998
