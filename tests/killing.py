"""What a test of kills needs: a world where something happens every day, a mail server, a program to kill."""

from __future__ import annotations

import asyncio
import json
import os
import random
import selectors
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from asking import Answer, write_csv
from campaigns import Crashed, Hung

PROGRAM = Path(__file__).with_name("killable.py")
FIRST = datetime(2024, 6, 3, 9, tzinfo=UTC)
RETURNS = ("information_request", "workforce")
PRACTICES = {"A81001": "QAA", "A81002": "QAA", "A81003": "QAA", "B82001": "QBB", "B82002": "QBB", "B82003": "QBB"}
FIRST_ASKED = ["A81001", "B82001"]
ALL, ALSO_ALL, REQUESTS, OF_QAA = "all@icb.test", "also-all@icb.test", "requests@icb.test", "qaa@icb.test"
SETTINGS = """
monitor_from = 2024-05-01
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
timeout_seconds = 10
sender = "monitor@icb.test"
route = [
    {{ to = ["all@icb.test", "also-all@icb.test"] }},
    {{ to = ["requests@icb.test"], returns = ["information_request"] }},
    {{ to = ["qaa@icb.test"], icbs = ["QAA"] }},
]
"""


class Received:
    """What the mail server has taken: for each Message-ID, each copy and whom it was for."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.copies: dict[str, list[bytes]] = {}
        self.reached: Counter[tuple[str, str]] = Counter()
        self.last = ""
        self.to_kill: tuple[int, int] | None = None  # a process, and how many messages it may hand over before

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        content = envelope.original_content
        message_id = message_from_bytes(content)["Message-ID"]
        self.last = message_id
        self.copies.setdefault(message_id, []).append(content)
        self.reached.update((message_id, recipient) for recipient in envelope.rcpt_tos)
        self._kill_the_sender()
        return "250 taken"

    def settle(self) -> None:
        """Let the server read to the end what processes that are gone have sent."""
        asyncio.run_coroutine_threadsafe(_rounds(1000), self.loop).result()

    def _kill_the_sender(self) -> None:
        """The worst moment: the message is taken, and the sender does not hear of it."""
        if self.to_kill:
            process, more = self.to_kill
            if more == 0:
                os.kill(process, signal.SIGKILL)
            self.to_kill = (process, more - 1) if more else None

    @property
    def doubled(self) -> int:
        """Copies beyond the first of each message."""
        return sum(len(copies) - 1 for copies in self.copies.values())


async def _rounds(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


class OnAnyPort(Controller):
    """On whichever port is free; the library tries to reach the one that it was given, which is none."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class World:
    """A small workspace in which something happens every day."""

    def __init__(self, folder: Path, port: int, chance: random.Random) -> None:
        self.folder, self.chance, self.day = folder, chance, 0
        self.open: list[tuple[str, str, datetime]] = []
        (folder / "inbox").mkdir(parents=True)
        (folder / "monitor.toml").write_text(SETTINGS.format(port=port), encoding="utf-8")
        rows = [f"{code},Surgery {code},GMS,{icb}" for code, icb in PRACTICES.items()]
        self._drop("practices", ["organisation_code,organisation_name,contract_type,icb_code", *rows])

    @property
    def now(self) -> datetime:
        return FIRST + timedelta(days=self.day)

    def next_day(self) -> None:
        """Requests that nobody answered in time; answers, and rejected ones, to some that are open."""
        self.day += 1
        self.chance.shuffle(self.open)
        rejected = [self._answer(*one, "rejected") for one in self.open[:1]]
        answered, self.open = self.open[1:4], self.open[:1] + self.open[4:]
        accepted = [self._answer(*one, "accepted") for one in answered]
        heading = "organisation_code,return_code,period_start,submitted_at,outcome,request_id"
        self._drop(f"log-{self.day}", [heading, *rejected, *accepted])
        rows = []
        # On the first day of each ICB one: that nothing of requests was loaded yet is then news to both.
        asked = FIRST_ASKED if self.day == 1 else self.chance.sample(sorted(PRACTICES), 2)
        for practice in asked:
            request = f"R{self.day}-{practice}"
            asked_on = self.now - timedelta(days=15)
            rows.append(f"{request},{practice},information_request,{asked_on:%F},{self.now - timedelta(days=1):%F}")
            self.open.append((request, practice, asked_on))
        self._drop(f"requests-{self.day}", ["request_id,organisation_code,return_code,requested_on,due_on", *rows])

    def command(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "returns": RETURNS,
            "now": self.now.isoformat(),
            "as_of": f"{self.now:%F}",
        }

    def _answer(self, request: str, practice: str, asked_on: datetime, outcome: str) -> str:
        sent_at = self.now - timedelta(hours=2)
        return f"{practice},information_request,{asked_on:%F},{sent_at:%FT%T},{outcome},{request}"

    def _drop(self, name: str, lines: list[str]) -> None:
        write_csv(self.folder / "inbox" / f"{name}.csv", "\n".join(lines))


class Killable:
    """The process of tests/killable.py, which forks a child for every run."""

    def __init__(self, errors: Path) -> None:
        self.errors = errors
        with errors.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, str(PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                bufsize=0,
                env={**os.environ, "PYTHONPATH": str(PROGRAM.parents[1]), "OPENBLAS_NUM_THREADS": "1"},
            )
        self.selector = selectors.DefaultSelector()
        assert self.process.stdin
        assert self.process.stdout
        self.told, self.says = self.process.stdin, self.process.stdout
        self.selector.register(self.says, selectors.EVENT_READ)
        self.unread, self.child = b"", 0

    def start(self, command: dict[str, Any]) -> int:
        """Begin a run; gives the number of its process."""
        self._write(json.dumps(command))
        self.child = int(self.word().removeprefix("started "))
        return self.child

    def end(self, seconds: float = 300) -> int:
        """What the run's process ended with, once it has; what it said before is passed over. Raises Hung."""
        self._write("end")
        while not (word := self.word(seconds)).startswith("ended "):
            if not word:
                os.kill(self.child, signal.SIGKILL)
                while not self.word().startswith("ended "):
                    pass
                raise Hung(f"not over after {seconds} seconds")
        return int(word.removeprefix("ended "))

    def typed(self, *args: object, now: datetime, seconds: float = 300) -> Answer:
        """What a command of the command line gives at an instant. Raises Hung where it takes longer."""
        out, err = (self.errors.with_name(f"typed.{name}") for name in ("out", "err"))
        command = {"typed": [str(arg) for arg in args], "now": now.isoformat(), "out": str(out), "err": str(err)}
        self.start(command)
        code = self.end(seconds)
        return Answer(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def word(self, seconds: float = 300) -> str:
        """The next line; an empty one where none came in time."""
        while b"\n" not in self.unread:
            if not self.selector.select(seconds):
                return ""
            self.unread += os.read(self.says.fileno(), 4096)
        line, self.unread = self.unread.split(b"\n", 1)
        return line.decode()

    def _write(self, line: str) -> None:
        self.told.write(line.encode() + b"\n")


@contextmanager
def killable(errors: Path) -> Iterator[Killable]:
    made = Killable(errors)
    try:
        yield made
    finally:
        made.told.close()
        made.process.wait(60)
        made.selector.close()
        made.says.close()


@contextmanager
def mail_server() -> Iterator[tuple[Received, int]]:
    received = Received()
    controller = OnAnyPort(received, loop=received.loop, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield received, controller.port
    finally:
        controller.stop()


# Between which marks of tests/killable.py a kill falls; "taken" is when the server has a message and does not say so.
PARTS = {"planning": ("planning", "sending"), "sending": ("sending", "publishing"), "anywhere": ("", "over")}


class Kills:
    """Runs the pipeline day by day, and kills it."""

    def __init__(self, world: World, program: Killable, received: Received, chance: random.Random) -> None:
        self.world, self.program, self.received, self.chance = world, program, received, chance
        self.took: dict[str, float] = {}  # seconds from the beginning to each mark of an undisturbed run
        self.killed: Counter[str] = Counter()
        self.under_way: Counter[str] = Counter()  # at how many kills a message was the last that the server had

    def undisturbed(self) -> None:
        """A day whose run is left alone; also how long each part of it takes."""
        self.world.next_day()
        begun = time.monotonic()
        self.program.start(self.world.command())
        self.took = {}
        while "over" not in self.took:
            word = self.program.word()
            self._refuse_none(word)
            self.took[word] = time.monotonic() - begun
        self._refuse_end(self.program.end(), 0)

    def killed_somewhere(self, parts: Sequence[str]) -> None:
        """A day whose run is killed in one of the parts; "taken": by the server, which has just taken a message."""
        self.world.next_day()
        part = self.chance.choice(parts)
        share = self.chance.random()
        process = self.program.start(self.world.command())
        if part == "taken":
            self.received.to_kill = (process, int(share * 3))
        else:
            self._kill(process, *PARTS[part], 1.1 * share)
        state = self.program.end()
        self.received.to_kill = None
        self.received.settle()
        self._refuse_end(state, 0, -signal.SIGKILL)
        if state:
            self.killed[part] += 1
            self.under_way[self.received.last] += 1

    def _kill(self, process: int, begins: str, ends: str, share: float) -> None:
        """Kill after a share of the usual time between two marks."""
        while begins and (word := self.program.word()) != begins:
            self._refuse_none(word)
        until = time.monotonic() + share * (self.took[ends] - self.took.get(begins, 0))
        while (left := until - time.monotonic()) > 0:
            self.program.word(left)
        os.kill(process, signal.SIGKILL)

    def _refuse_none(self, word: str) -> None:
        if not word:
            raise Crashed(self.program.errors.read_text())

    def _refuse_end(self, state: int, *allowed: int) -> None:
        if state not in allowed:
            raise Crashed(f"ended with {state}: {self.program.errors.read_text()}")
