"""What waits in the outbox on its way: who gets it, what is tried again and when, and what the command line says."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import mail_server as at
import pytest
from asking import NOW, Answer, Monitor, write_csv
from mail_server import (
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
    HttpServer,
    MailServer,
    Received,
    Trust,
    listening_to_http,
    mail_at,
    mute,
    serving,
)

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor.alerts import decisions, outbox
from monitor.alerts.channels import notify
from monitor.alerts.delivery import PAUSES, Ways, deliver_waiting
from monitor.alerts.message import message_id_of, plain_message
from monitor.alerts.policy import NEW, Addressed, Item, Notification
from monitor.alerts.secrets import password_of
from monitor.cli.app import main
from monitor.config.context import Context
from monitor.config.settings import Channel, Mail, Settings, read_settings
from monitor.config.workspace import Workspace
from monitor.core.errors import ConfigurationError
from monitor.operations.examined import OK, PROBLEM
from monitor.operations.machine_health import examine_machine
from monitor.store.connection import Store, open_writer

pytestmark = [
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),  # inside apprise, at import
]

DONE, USAGE, IN_PART = 0, 2, 4
TRIES = 3  # of one run, where a fault passes
PLANNED, SENT, UNDELIVERABLE = "planned", "sent", "undeliverable"
UNKNOWN = Fault(at.RECIPIENT, "550 5.1.1 unknown")


# 1. The outbox, without a check before it


@dataclass
class Post:
    """An outbox where messages are put, and what comes of delivering them."""

    store: Store
    folder: Path
    waited: list[float] = field(default_factory=list)

    def put(self, *recipients: str, about: str = "Hill Street") -> str:
        """Let a message wait; gives the identifier of the alert."""
        alert_id = "-".join(one.partition("@")[0] for one in recipients)
        text = f"{about}: 2 new\n"
        addresses = [one for one in recipients if "@" in one] or ["nobody@icb.example"]
        made = plain_message(f"Data returns: {about}", text, alert_id, OUR_ADDRESS, addresses, NOW)
        item = Item("one", "missing_return", "workforce", "critical")
        addressed = Addressed(recipients, (Notification(item, NEW),), (), ())
        outbox.keep(self.store, addressed, alert_id, made, NOW.date(), NOW)
        return alert_id

    def deliver(
        self, mail: Mail | None = None, channel: Channel | None = None, environ: Mapping[str, str] = {}
    ) -> tuple[str, ...]:
        ways = Ways(mail, [channel] if channel else [], self.folder / "outbox", environ)
        return deliver_waiting(self.store, ways, (), lambda: NOW, self.waited.append)

    def deliver_by(self, server: MailServer, **mail: Any) -> tuple[str, ...]:
        return self.deliver(mail_at(server.port, **mail))

    def delivery(self) -> dict[str, tuple[str, int, str | None]]:
        """By recipient: state, how many attempts, last error."""
        rows = self.store.execute("SELECT recipient, state, attempts, last_error FROM data.delivery").fetchall()
        return {row[0]: row[1:] for row in rows}

    def is_sent_once(self, server: MailServer, *recipients: str) -> bool:
        """Whether each has one copy, under the Message-ID of its alert, and nothing waits, nor goes with a next run."""
        self.deliver_by(server)
        ids = self.store.execute(
            "SELECT recipient, message_id FROM data.alert_recipient JOIN data.alert USING (alert_id)"
        )
        expected = {recipient: [message_id] for recipient, message_id in ids.fetchall() if recipient in recipients}
        return server.copies() == expected and {state for state, _, _ in self.delivery().values()} == {SENT}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("store")
    with open_writer(folder / "monitor.duckdb", folder / "spill", "500MB") as connection:
        yield connection


@pytest.fixture
def post(store: Store, tmp_path: Path) -> Post:
    for table in ("alert", "alert_recipient", "alert_item", "alert_message", "delivery_attempt", "decision"):
        store.execute(f"DELETE FROM data.{table}")
    return Post(store, tmp_path)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return at.trust_in(tmp_path_factory.mktemp("trust"))


# What a first run meets and says, how often it tries, and how many copies there are once all is in order.
WAITS = {
    "the server is busy": (Fault(at.GREETING, "421 busy"), "421 busy", TRIES, 1),
    "the server does not want us": (Fault(at.GREETING, "554 not you"), "554 not you", 1, 1),
    "the sender is not taken": (Fault(at.SENDER, "553 5.1.8 not yours"), "553 5.1.8 not yours", 1, 1),
    "the message is not taken for now": (Fault(at.END, "452 4.3.1 no room"), "452 4.3.1 no room", TRIES, 1),
    "no answer after the message": (Fault(at.END, SILENT), "it may have arrived", 1, 1),
    "kept, and the line is lost": (Fault(at.KEPT, DROPS), "it may have arrived", 1, 2),
}


@pytest.mark.parametrize(("fault", "says", "tries", "copies"), WAITS.values(), ids=WAITS)
def test_what_was_not_taken_waits_until_all_is_in_order(
    post: Post, fault: Fault, says: str, tries: int, copies: int
) -> None:
    alert_id = post.put(NORTH)
    with serving(MailServer(faults=(fault,))) as server:
        assert post.deliver_by(server, timeout_seconds=SHORT if fault.does == SILENT else PATIENT) == ()
        state, attempts, error = post.delivery()[NORTH]
        assert (state, attempts, post.waited) == (PLANNED, tries, list(PAUSES)[: tries - 1])
        assert error is not None
        assert says in error
        server.faults = ()
        assert len(post.deliver_by(server)) == 1
        assert post.deliver_by(server) == ()
    assert server.copies() == {NORTH: [message_id_of(alert_id, OUR_ADDRESS)] * copies}
    assert post.delivery()[NORTH][::2] == (SENT, None)


SECRETS = {
    "environment": ({"password_env": "OTHER"}, "[mail] password_env: the environment has no OTHER"),
    "file": ({"password_file": "/no/such/file"}, "[mail] password_file: /no/such/file cannot be read"),
}


@pytest.mark.parametrize(("secret", "says"), SECRETS.values(), ids=SECRETS)
def test_messages_wait_for_a_password(post: Post, secret: Mapping[str, str], says: str) -> None:
    post.put(NORTH)
    with serving() as server:
        post.deliver_by(server, username=USER, **secret)
        state, attempts, error = post.delivery()[NORTH]
        assert (state, attempts, str(error).partition(". ")[0]) == (PLANNED, 1, says)
        assert not server.commands
        assert post.is_sent_once(server, NORTH)


def test_mail_is_taken_out_of_the_settings_while_a_message_waits(post: Post) -> None:
    post.put(NORTH)
    post.deliver()
    says = "monitor.toml no longer has [mail]; these messages were meant for a mail server"
    assert post.delivery() == {NORTH: (PLANNED, 1, says)}
    with serving() as server:
        assert post.is_sent_once(server, NORTH)


def test_what_one_recipient_is_refused_is_for_a_person_and_what_another_waits_for_is_not(post: Post) -> None:
    alert_id = post.put(NORTH, SOUTH, WEST)
    later = Fault(at.RECIPIENT, "450 4.2.1 later", SOUTH)
    with serving(MailServer(faults=(Fault(at.RECIPIENT, UNKNOWN.does, NORTH), later))) as server:
        post.deliver_by(server)
        assert post.delivery() == {
            NORTH: (UNDELIVERABLE, 1, "550 5.1.1 unknown"),
            SOUTH: (PLANNED, TRIES, "450 4.2.1 later"),
            WEST: (SENT, 1, None),
        }
        server.faults = ()
        post.deliver_by(server)
        assert list(server.copies()) == [WEST, SOUTH]
        assert decisions.ask_again(post.store, alert_id, (), NOW) == (NORTH,)
        post.deliver_by(server)
        assert post.is_sent_once(server, NORTH, SOUTH, WEST)


POISON = {
    "a recipient": Fault(at.RECIPIENT, DROPS, NORTH),
    "a message": Fault(at.END, DROPS, "Hill Street"),
    "a message that ends in silence": Fault(at.END, SILENT, "Hill Street"),
    "a message refused": Fault(at.END, "554 5.7.1 spam", "Hill Street"),
}


@pytest.mark.parametrize("fault", POISON.values(), ids=POISON)
def test_poison_does_not_block_the_others(post: Post, fault: Fault) -> None:
    alert_id = post.put(NORTH)
    post.put(SOUTH, about="Mill Lane")
    with serving(MailServer(faults=(fault,))) as server:
        post.deliver_by(server, timeout_seconds=SHORT if fault.does == SILENT else PATIENT)
        assert list(server.copies()) == [SOUTH]
        assert post.delivery()[SOUTH] == (SENT, 1, None)
        assert post.delivery()[NORTH][0] == (UNDELIVERABLE if fault.does.startswith("5") else PLANNED)
        server.faults = ()
        if post.delivery()[NORTH][0] == UNDELIVERABLE:
            decisions.ask_again(post.store, alert_id, (), NOW)
        post.deliver_by(server)
        assert post.is_sent_once(server, NORTH, SOUTH)


def test_what_may_have_arrived_is_not_sent_again_in_a_run_that_tries_others_again(post: Post) -> None:
    post.put(NORTH)
    post.put(SOUTH, about="Mill Lane")
    faults = (Fault(at.END, DROPS, "Hill Street"), Fault(at.RECIPIENT, "450 4.2.1 later", SOUTH))
    with serving(MailServer(faults=faults)) as server:
        post.deliver_by(server)
    assert {to: attempts for to, (_, attempts, _) in post.delivery().items()} == {NORTH: 1, SOUTH: TRIES}


@pytest.mark.parametrize("is_acknowledged", [False, True], ids=["open", "acknowledged"])
def test_what_is_asked_for_again_and_does_not_arrive_is_known(post: Post, is_acknowledged: bool) -> None:
    alert_id = post.put(NORTH)
    with serving(MailServer(faults=(UNKNOWN,))) as server:
        post.deliver_by(server)
        if is_acknowledged:
            decisions.acknowledge(post.store, alert_id, "A. Person", None, NOW)
            assert outbox.undelivered(post.store) == []
        assert decisions.ask_again(post.store, alert_id, (), NOW) == (NORTH,)
        post.deliver_by(server)
    assert post.delivery()[NORTH][:2] == (UNDELIVERABLE, 2)
    assert outbox.without_it(post.store, alert_id) == [(NORTH, "550 5.1.1 unknown")]


# 2. Channels


CHANNEL = "channel:hook"
HOOK = Channel(name="hook", url_env="HOOK_URL")


@pytest.fixture
def hooked(post: Post, monkeypatch: pytest.MonkeyPatch) -> Post:
    """An outbox with a message for a channel."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    post.put(CHANNEL)
    return post


def _findings_by(hook: HttpServer, path: str = "") -> dict[str, str]:
    return {"HOOK_URL": f"json://secret-user:secret-word@127.0.0.1:{hook.port}/secret-token{path}?rto=10&cto=10"}


def _kept(store: duckdb.DuckDBPyConnection) -> str:
    """Every value of the store, as text."""
    tables = store.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'data'").fetchall()
    return "\n".join(str(store.execute(f'FROM data."{name}"').fetchall()) for (name,) in tables)


def test_a_webhook_is_notified_once(hooked: Post) -> None:
    with listening_to_http() as hook:
        assert len(hooked.deliver(channel=HOOK, environ=_findings_by(hook))) == 1
        ((path, body),) = hook.posted
        assert path.startswith("/secret-token")
        assert json.loads(body)["title"] == "Data returns: Hill Street"
        assert "Hill Street: 2 new" in json.loads(body)["message"]
        assert hooked.delivery() == {CHANNEL: (SENT, 1, None)}
        assert hooked.deliver(channel=HOOK, environ=_findings_by(hook)) == ()
        assert len(hook.posted) == 1
    assert "secret-" not in _kept(hooked.store)


def test_teams_is_notified(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", trust.ca_file)
    with listening_to_http(trust.good) as hook:
        environ = {"HOOK_URL": f"workflows://127.0.0.1:{hook.port}/workflow1/signature1"}
        assert notify(HOOK, environ, "Data returns: 2 new", "Mill Lane").is_delivered
        ((_, body),) = hook.posted
    assert "Data returns: 2 new" in body


def test_a_channel_that_answers_500_is_notified_later(hooked: Post, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with listening_to_http() as hook:
        hook.answers = [500] * TRIES
        hooked.deliver(channel=HOOK, environ=_findings_by(hook))
        assert hooked.delivery() == {CHANNEL: (PLANNED, TRIES, "channel hook did not accept it")}
        assert "secret-" not in caplog.text + _kept(hooked.store)
        hooked.deliver(channel=HOOK, environ=_findings_by(hook))
        assert len(hook.posted) == 1


def test_a_channel_that_is_silent_holds_nobody_up(hooked: Post) -> None:
    hooked.put(NORTH)
    with mute() as port, serving() as server:
        hooked.deliver(mail_at(server.port), HOOK, {"HOOK_URL": f"json://127.0.0.1:{port}/?rto=0.1&cto=0.1"})
    assert hooked.delivery()[NORTH] == (SENT, 1, None)
    assert hooked.delivery()[CHANNEL][0] == PLANNED


NO_CHANNEL = {
    "environment without the address": ({}, "[[channel]] hook url_env: the environment has no HOOK_URL"),
    "no address": ({"HOOK_URL": "not an address"}, "the address of channel hook is not one that apprise knows"),
}


@pytest.mark.parametrize(("environ", "says"), NO_CHANNEL.values(), ids=NO_CHANNEL)
def test_a_channel_that_is_not_set_up(hooked: Post, environ: dict[str, str], says: str) -> None:
    hooked.deliver(channel=HOOK, environ=environ)
    state, attempts, error = hooked.delivery()[CHANNEL]
    assert (state, attempts, str(error).partition(". ")[0]) == (PLANNED, 1, says)
    with listening_to_http() as hook:
        hooked.deliver(channel=HOOK, environ=_findings_by(hook))
        assert len(hook.posted) == 1


def test_a_channel_whose_service_breaks_holds_nobody_up(hooked: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def add(self, _url: str) -> bool:
            raise RuntimeError("https://secret-address")

    monkeypatch.setitem(sys.modules, "apprise", SimpleNamespace(Apprise=Broken))
    hooked.put(NORTH)
    with serving() as server:
        hooked.deliver(mail_at(server.port), HOOK, {"HOOK_URL": "json://127.0.0.1:9/"})
    assert hooked.delivery()[NORTH] == (SENT, 1, None)
    assert hooked.delivery()[CHANNEL][2] == "channel hook did not accept it (RuntimeError)"


def test_channels_without_apprise(hooked: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    hooked.deliver(channel=HOOK, environ={"HOOK_URL": "json://127.0.0.1:9/"})
    assert hooked.delivery()[CHANNEL][2] == "channels need the extra: pip install 'monitor[channels]'"
    found, _ = _examined("channels", hooked.folder, channel=[HOOK])
    assert (found.state, found.advice) == (PROBLEM, "pip install 'monitor[channels]'")


# 3. Settings, and what doctor says of them


def _section(title: str, values: Mapping[str, Any]) -> list[str]:
    return [title, *(f"{key} = {json.dumps(value)}" for key, value in values.items())]


def _write_settings(folder: Path, mail: Mapping[str, Any], routes: Mapping[str, Mapping[str, Any]]) -> None:
    """Write monitor.toml. routes: whom a message goes to, and the filters."""
    lines = [
        "monitor_from = 2025-11-01",
        *_section("[mail]", {"sender": OUR_ADDRESS, "timeout_seconds": PATIENT, **mail}),
    ]
    for to, filters in routes.items():
        lines += _section("[[mail.route]]", {"to": to.split(", "), "kinds": ["missing_return"], **filters})
    (folder / "monitor.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


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
def test_settings_that_are_refused(tmp_path: Path, mail: Mapping[str, Any], says: str) -> None:
    _write_settings(tmp_path, {"host": "mail.icb.example", **mail}, {})
    with pytest.raises(ConfigurationError) as refused:
        read_settings(tmp_path)
    assert says in refused.value.message


def test_a_line_end_in_a_route_is_refused(tmp_path: Path, monitor: Monitor) -> None:
    _write_settings(tmp_path, {"host": "mail.icb.example"}, {"a@icb.example\r\nRCPT TO:<b@icb.example>": {}})
    notified = monitor("run", "-w", tmp_path)
    assert notified.code == USAGE
    assert "mail.route" in notified.err
    assert "Traceback" not in notified.err


def test_an_address_that_is_none_is_not_resent_to(tmp_path: Path, monitor: Monitor) -> None:
    notified = monitor("alerts", "resend", "nothing", "--to", "no address", "-w", tmp_path)
    assert (notified.code, "is not one address" in notified.err) == (USAGE, True)


@pytest.mark.parametrize("named", ["in full", "within the workspace"])
def test_a_password_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    file = str(folder / "password") if named == "in full" else "password"
    _write_settings(folder, {"host": "mail.icb.example", "username": USER, "password_file": file}, {})
    monkeypatch.chdir(tmp_path)
    mail = read_settings(folder).mail
    assert mail is not None
    assert password_of(mail, {}) == PASSWORD


def _examined(subject: str, folder: Path, environ: Mapping[str, str] = {}, **settings: Any) -> list[Any]:
    """What doctor says of one subject."""
    context = Context(
        Workspace(folder), Settings(monitor_from=NOW.date(), **settings), {}, lambda: NOW, {}, environ=environ
    )
    return [one for one in examine_machine(context) if one.subject == subject]


def test_doctor_speaks_to_the_server(trust: Trust, tmp_path: Path) -> None:
    with serving(MailServer(context=trust.good, login=(USER, PASSWORD))) as server:
        mail = mail_at(server.port, default_to=[NORTH], **trust.login)
        (found,) = _examined("mail", tmp_path, {"MAIL_PASSWORD": PASSWORD}, mail=mail)
        assert (found.state, found.found) == (OK, f"127.0.0.1 port {server.port} answers, and accepts the login")
        server.faults = (Fault(at.AUTH, "535 5.7.8 no"),)
        (found,) = _examined("mail", tmp_path, {"MAIL_PASSWORD": PASSWORD}, mail=mail)
        assert (found.state, "the login was refused: 535 5.7.8 no" in found.found) == (PROBLEM, True)


# 4. The command line


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
ALL_OF_IT: dict[str, dict[str, Any]] = {NORTH: {}}
BY_ICB = {NORTH: {"icbs": ["QZ1"]}, SOUTH: {"icbs": ["QZ2"]}}


@dataclass
class Office:
    """A workspace that was checked, and questions about what came of its mail."""

    folder: Path
    monitor: Monitor
    environ: Mapping[str, str] = field(default_factory=dict)

    def sends_to(self, server: MailServer, routes: Mapping[str, Mapping[str, Any]] = ALL_OF_IT, **mail: Any) -> None:
        _write_settings(self.folder, {"host": "127.0.0.1", "port": server.port, "security": "none", **mail}, routes)

    def does(self, *command: str) -> Answer:
        return self.monitor(*command, "-w", self.folder, environ=dict(self.environ))

    def asks(self, *command: str) -> list[dict[str, Any]]:
        return json.loads(self.does(*command, "--format", "json").out)


def _check(folder: Path) -> None:
    """Let there be messages that wait, without a run, which publishes too."""
    assert main(["load", "-w", str(folder)], {}, lambda: NOW) == DONE
    plan = ["schedule", "--once", "load_and_check", "-w", str(folder)]
    assert main(plan, {}, lambda: NOW, stages=COUNTED_UNPUBLISHED) == DONE


@pytest.fixture(scope="module")
def checked_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One workforce return not received in each of two ICBs, of which nobody has been told anything."""
    folder = tmp_path_factory.mktemp("mail") / "workspace"
    write_csv(folder / "inbox" / "organisations.csv", ORGANISATIONS)
    write_csv(folder / "inbox" / "log.csv", LOG)
    _write_settings(folder, {"host": "localhost"}, {})
    _check(folder)
    return folder


@pytest.fixture
def office(checked_once: Path, tmp_path: Path, monitor: Monitor) -> Office:
    return Office(Path(shutil.copytree(checked_once, tmp_path / "office")), monitor)


@pytest.mark.slow
def test_a_run_tells_and_the_next_has_nothing_to_tell(office: Office, trust: Trust) -> None:
    office.environ = {"MAIL_PASSWORD": PASSWORD}
    with serving(MailServer(context=trust.good, login=(USER, PASSWORD))) as server:
        office.sends_to(server, **trust.login)
        notified = office.does("run")
        assert notified.code == DONE
        assert "Notified: Data returns: 2 new. First: Hill Street Surgery (Z98001)" in notified.out
        assert f"  to {NORTH}" in notified.out
        assert office.does("run").code == DONE
    (received,) = server.received
    assert (received.sender, received.recipients) == (OUR_ADDRESS, (NORTH,))
    assert received.message["Date"].datetime == NOW
    sent = office.asks("sql", "SELECT message_id, state FROM alert")
    assert sent == [{"message_id": received.message_id, "state": SENT}]


@pytest.mark.slow
def test_what_analysts_see_of_mail_that_does_not_arrive(office: Office) -> None:
    faults = (Fault(at.RECIPIENT, UNKNOWN.does, NORTH), Fault(at.RECIPIENT, "450 later", SOUTH))
    with serving(MailServer(faults=faults)) as server:
        office.sends_to(server, BY_ICB)
        notified = office.does("run")
        assert notified.code == IN_PART
        for recipient, said in ((NORTH, "550 5.1.1 unknown"), (SOUTH, "450 later")):
            assert f"Not delivered to {recipient}: Data returns: 1 new" in notified.out
            assert said in notified.out
        columns = "recipients, state, attempts, last_error, sent_at IS NULL AS waits"
        rows = office.asks("sql", f"SELECT {columns} FROM alert ORDER BY recipients")
        assert [tuple(row.values()) for row in rows] == [
            (NORTH, UNDELIVERABLE, 1, f"{NORTH}: 550 5.1.1 unknown", True),
            (SOUTH, PLANNED, TRIES, f"{SOUTH}: 450 later", True),
        ]
        rows = office.asks(
            "sql", "SELECT recipient, outcome, count(*) AS attempts FROM delivery GROUP BY ALL ORDER BY ALL"
        )
        assert [tuple(row.values()) for row in rows] == [(NORTH, "refused", 1), (SOUTH, "deferred", TRIES)]
        doctor = office.does("doctor")
        assert doctor.code == IN_PART
        assert f"has not reached {NORTH}: 550 5.1.1 unknown" in doctor.out
        assert f"has not reached {SOUTH}: 450 later" in doctor.out
        (listed,) = office.asks("alerts", "list", "--state", UNDELIVERABLE)
        assert listed["recipients"] == NORTH
        server.faults = faults[:1]
        assert office.does("run").code == IN_PART  # the one that was refused is for a person
        assert list(server.copies()) == [SOUTH]


@pytest.mark.slow
def test_resend_to_somebody_else_and_to_all(office: Office) -> None:
    with serving(MailServer(faults=(UNKNOWN,))) as server:
        office.sends_to(server)
        assert office.does("schedule", "--once", "load_and_check").code == DONE
        (alert,) = office.asks("alerts", "list")
        alert_id = alert["alert_id"]
        notified = office.does("alerts", "resend", alert_id)
        assert (notified.code, notified.out) == (IN_PART, "")
        assert f"not delivered to {NORTH}: 550 5.1.1 unknown" in notified.err
        server.faults = ()
        assert office.does("alerts", "resend", alert_id, "--to", WEST).code == IN_PART
        assert office.does("alerts", "resend", alert_id).out == f"Sent again to {NORTH}.\n"
        assert office.does("alerts", "resend", alert_id).out == f"Sent again to {NORTH}, {WEST}.\n"
    assert {to: len(ids) for to, ids in server.copies().items()} == {NORTH: 2, WEST: 2}
    assert {one.message_id for one in server.received} == {message_id_of(alert_id, OUR_ADDRESS)}
    assert len({one.content for one in server.received}) == 1


@pytest.mark.slow
def test_resend_of_all_that_was_not_delivered(office: Office) -> None:
    with serving(MailServer(faults=(UNKNOWN,))) as server:
        office.sends_to(server)
        assert office.does("schedule", "--once", "load_and_check").code == DONE
        assert office.does("alerts", "resend", "--undelivered").code == IN_PART
        server.faults = ()
        assert office.does("alerts", "resend", "--undelivered").out == "Sent again 1 alert.\n"
        assert office.does("alerts", "resend", "--undelivered").out.startswith("Nothing to send again")
    assert {to: len(ids) for to, ids in server.copies().items()} == {NORTH: 1}


@pytest.mark.slow
def test_the_password_is_nowhere(office: Office, trust: Trust, caplog: pytest.LogCaptureFixture) -> None:
    office.environ = {"MAIL_PASSWORD": PASSWORD}
    caplog.set_level(logging.DEBUG, "monitor")
    answer = "535 5.7.8 {password} {whole} {alone}"
    with serving(MailServer(context=trust.good, faults=(Fault(at.AUTH, answer),))) as server:
        office.sends_to(server, **trust.login)
        commands = {
            ("run",): IN_PART, ("alerts", "test"): IN_PART, ("doctor",): IN_PART, ("alerts", "list"): DONE,
            ("sql", "FROM alert"): DONE,
        }  # fmt: skip
        answers = [office.does(*command) for command in commands]
    assert [one.code for one in answers] == list(commands.values())
    assert "the login was refused: 535 5.7.8 ***" in answers[0].out
    with duckdb.connect(str(office.folder / "var" / "monitor.duckdb"), read_only=True) as store:
        kept = _kept(store)
    files = [path.read_bytes().decode("latin-1") for path in office.folder.rglob("*") if path.is_file()]
    said = "\n".join([*(one.out + one.err for one in answers), caplog.text, kept, *files])
    assert not [form for form in FORMS_OF_PASSWORD if form in said]
    assert PASSWORD[:8] not in said


# 5. Names that would be more than names

HOSTILE_LOG = """
    organisation_code,return_code,period_start,submitted_at,outcome
    Z98999,workforce,2025-12-01,2025-12-20T10:00:00,accepted
    Z98999,appointments,2025-11-01,2025-12-20T10:00:00,accepted"""
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


@pytest.fixture(scope="module")
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
        _write_settings(folder, {"host": "127.0.0.1", "port": server.port, "security": "none"}, routes)
        _check(folder)
        with open_writer(folder / "var" / "monitor.duckdb", folder / "spill", "500MB") as store:
            Post(store, folder).deliver_by(server)
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
    assert (message["From"], message["To"]) == (OUR_ADDRESS, who)
    assert not message.defects
    subject = message["Subject"]
    assert subject.startswith("Data returns: ")
    assert len(subject) < 70
    assert subject.isprintable()
    if "letters" not in name and name not in ("lines with a dot", "encoded word, base64"):  # there it stands at the end
        assert "Hill" in subject
    assert received.content.isascii()
    assert max(map(len, received.content.split(b"\r\n"))) <= 998
    assert b"\n" not in received.content.replace(b"\r\n", b"")
    html = message.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()
