"""The product as it is shipped, started by its Procfile beside a mail server, and what became of notices."""

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg

from tests.faults.servers import until
from tests.house.running import ROOT, answers, clean_environment, free_port

STANDSTILL = 90  # seconds: six times the lease of a call
WATCH = "watch: python -u manage.py watch --every 1"
WATCHER = "watch@faults.example"
BESIDE = "beside"  # the name of another database on the same server
OPEN = "('pending', 'sending', 'failed_temp')"


class Sink:
    """The mail server's process, seen from outside."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        self.behave()
        program = Path(__file__).parent / "mail_sink.py"
        self.process = subprocess.Popen([sys.executable, str(program), str(self.port), str(folder)])
        until((folder / "taken").exists, 10, "the mail server stands")

    def behave(self, **manners: Any) -> None:
        """From the next message on; put in place whole, because it is read all the time."""
        fresh = self.folder / "manners.new"
        fresh.write_text(json.dumps(manners))
        fresh.replace(self.folder / "manners.json")

    def taken(self) -> list[tuple[float, str, str]]:
        """Moment, Message-ID and recipient of each message that it took."""
        lines = (line.split(" ") for line in (self.folder / "taken").read_text().splitlines())
        return [(float(at), number, address) for at, number, address in lines]


@dataclass(frozen=True)
class Tally:
    """What became of the notices under one name. `copies`: how often the one sent most often was sent."""

    wanted: int
    sent: int
    lost: int
    duplicates: int
    copies: int

    def __str__(self) -> str:
        return f"{self.wanted} wanted, {self.sent} sent, {self.lost} lost, {self.duplicates} duplicates"


class Started:
    """One line of the Procfile under way, in a session of its own."""

    def __init__(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self.name, self.process, self.pid = name, process, process.pid

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def has_a_line_to(self, port: int) -> bool:
        """Whether it is connected to this port just now."""
        with suppress(psutil.Error):
            lines = psutil.Process(self.pid).net_connections("tcp")
            return any(tuple(line.raddr)[1:] == (port,) for line in lines)
        return False

    def kill(self) -> None:
        """The whole group, as a machine that runs out of memory may: celery has a child for beat."""
        os.killpg(self.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def end(self, seconds: float = 30) -> float:
        """How long it took to leave after SIGTERM."""
        begin = time.monotonic()
        if self.process.poll() is None:
            self.tell(signal.SIGTERM)
            self.tell(signal.SIGCONT)
            self.process.wait(timeout=seconds)
        return time.monotonic() - begin


class Installation:
    """A tree of the code, one database, perhaps a Redis, one mail server."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        redis_url: str,
        sink: Sink,
        *,
        tree: Path = ROOT,
        fresh: bool = True,
    ) -> None:
        self.folder, self.database_url, self.redis_url = folder, database_url, redis_url
        self.sink, self.tree = sink, tree
        folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.environment = clean_environment(
            APP_ENV="test",  # as development, but static files need not be collected first
            DATABASE_URL=database_url,
            REDIS_URL=redis_url,
            DATA_DIR=str(folder),
            EMAIL_URL=f"smtp://127.0.0.1:{sink.port}",
            PORT=str(self.port),
            DJANGO_SETTINGS_MODULE="peersupport.settings",
            WATCH_EMAIL=WATCHER,
            DEMO="0",
        )
        if fresh:
            self.inside("prepare")

    def beside(self, folder: Path, *, tree: Path, fresh: bool) -> "Installation":
        """Another tree of the code, on a database of its own if that is to be fresh."""
        file, server = f"sqlite:///{folder / 'database.sqlite3'}", self.database_url.rpartition("/")[0]
        own = file if self.database == "sqlite" else f"{server}/{BESIDE}"
        url = own if fresh else self.database_url
        return Installation(folder / "data", url, self.redis_url, self.sink, tree=tree, fresh=fresh)

    @property
    def database(self) -> str:
        """Which kind."""
        return self.database_url.partition(":")[0]

    # ------------------------------------------------------------ processes

    def inside(self, *words: str) -> str:
        run = subprocess.run(
            self._inside(words),
            cwd=self.tree,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return run.stdout

    def begin_inside(self, *words: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            self._inside(words), cwd=self.tree, env=self.environment, stdin=pipe, stdout=pipe, text=True
        )

    def _inside(self, words: Sequence[str]) -> list[str]:
        return [sys.executable, "-m", "tests.faults.inside", *words]

    def command(self, name: str) -> list[str]:
        """A line of the Procfile; `watch`, which stands in none, as docs/operations.md has it."""
        lines = [*(self.tree / "Procfile").read_text().splitlines(), WATCH]
        return shlex.split(dict(line.split(": ", 1) for line in lines)[name])

    def begin(self, name: str, *, without: str = "") -> Started:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [word for word in self.command(name) if word != without],
                cwd=self.tree,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return Started(name, process)

    @contextmanager
    def started(self, *names: str, without: str = "") -> Iterator[list[Started]]:
        """These lines of the Procfile, one process for each time that a name is given; gone afterwards.

        The list is the caller's: whoever kills a process and begins another one puts it in. `without`: a word
        of the line that is left out.
        """
        started = [self.begin(name, without=without) for name in names]
        try:
            yield started
        finally:
            for one in started:
                if one.process.poll() is None:
                    one.kill()

    def wait_for_the_site(self) -> None:
        until(lambda: answers(f"http://127.0.0.1:{self.port}/help/au/", "127.0.0.1"), 60, "the site answers")

    # ------------------------------------------------------------ what is in the database

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        if self.database_url.startswith("sqlite"):
            file = self.database_url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20)) as database:
                return list(database.execute(statement))
        with psycopg.connect(self.database_url, connect_timeout=3) as connection:
            return list(connection.execute(statement.encode()))

    def number(self, statement: str) -> int:
        return int(self.ask(statement)[0][0])

    def open(self, name: str) -> int:
        """How many notices under this name have not ended."""
        return self.number(
            f"SELECT count(*) FROM peersupport_notification WHERE key LIKE '{name}:%' AND state IN {OPEN}"
        )

    def wait_for_the_end(self, name: str) -> None:
        """Until every notice under this name has ended; fails when none does for a minute and a half."""
        left, since = -1, time.monotonic()
        while now_left := self.open(name):
            if now_left != left:
                left, since = now_left, time.monotonic()
            assert time.monotonic() - since < STANDSTILL, f"{left} of {name} do not end"
            time.sleep(0.1)

    def states(self, name: str) -> Counter[str]:
        return Counter(
            state
            for (state,) in self.ask(f"SELECT state FROM peersupport_notification WHERE key LIKE '{name}:%'")
        )

    def sending(self, among: Iterable[Started]) -> list[Started]:
        """Those that have a line to the mail server."""
        return [one for one in among if one.has_a_line_to(self.sink.port)]

    def tries_under_way(self) -> set[int]:
        rows = self.ask("SELECT id FROM peersupport_attempt WHERE ended_at IS NULL")
        return {int(number) for (number,) in rows}

    def message_ids(self, name: str) -> set[str]:
        rows = self.ask(f"SELECT uuid FROM peersupport_notification WHERE key LIKE '{name}:%'")
        return {f"<{UUID(str(uuid))}@127.0.0.1>" for (uuid,) in rows}

    def waits(self, name: str) -> list[float]:
        """Seconds from when each notice was due until the mail server had it."""
        rows = self.ask(f"SELECT uuid, due_at FROM peersupport_notification WHERE key LIKE '{name}:%'")
        due = {f"<{UUID(str(uuid))}@127.0.0.1>": self._moment(at) for uuid, at in rows}
        return [at - due[number] for at, number, _ in self.sink.taken() if number in due]

    def _moment(self, at: datetime | str) -> float:
        """SQLite's drivers answer with text, in UTC."""
        return at.timestamp() if isinstance(at, datetime) else datetime.fromisoformat(f"{at}Z").timestamp()

    def tally(self, name: str) -> Tally:
        """What the mail server took, against what stands in the database."""
        wanted = self.message_ids(name)
        copies = Counter(number for _, number, _ in self.sink.taken() if number in wanted)
        return Tally(
            wanted=len(wanted),
            sent=sum(copies.values()),
            lost=len(wanted - set(copies)),
            duplicates=sum(copies.values()) - len(copies),
            copies=max(copies.values(), default=0),
        )

    def said(self) -> str:
        return "\n".join(log.read_text() for log in sorted(self.folder.glob("*.log")))
