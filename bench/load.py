"""Visitors in a process of their own, who ask for pages as fast as they come over connections that stay open.

What they cost is not counted: only the servers' own processes are.
"""

import http.client
import multiprocessing
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from urllib.parse import urlencode

HIDDEN_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Module:
    """A module as its visitors need it: for each step the right choices, empty where there are none."""

    uuid: str
    right: tuple[tuple[int, ...], ...]

    def step(self, number: int) -> str:
        return f"/learn/modules/{self.uuid}/steps/{number}/"


@dataclass(frozen=True)
class Hand:
    """What one connection does over and over, with which people's sessions in turn."""

    script: str
    sessions: tuple[str, ...] = ("",)
    paths: tuple[str, ...] = ()
    module: Module | None = None


@dataclass
class Done:
    """What was done until the last hand stopped: units and their wall time by script, and what went wrong."""

    requests: int = 0
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter[str] = field(default_factory=Counter)

    def units(self, script: str) -> int:
        return len(self.seconds[script])


class Browser:
    """One connection. Cookies: the session that is set from outside, and the forms' own."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.done = Done()
        self._form_cookie = self._token = ""
        self.session = ""

    def get(self, path: str) -> tuple[str, str]:
        """Where to go next, if anywhere, and the page."""
        return self._ask("GET", path, None)

    def post(self, path: str, choices: tuple[int, ...]) -> str:
        fields = [("csrfmiddlewaretoken", self._token), *(("choice", choice) for choice in choices)]
        return self._ask("POST", path, urlencode(fields))[0]

    def take_token(self, path: str) -> None:
        """Read the forms' token from a page, as a form that is sent from there would."""
        found = HIDDEN_TOKEN.search(self.get(path)[1])
        if found is None:
            raise ValueError(f"No form on {path}")
        self._token = found[1]

    def _ask(self, method: str, path: str, body: str | None) -> tuple[str, str]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        if self.session:
            headers["Cookie"] = f"sessionid={self.session}" + self._form_cookie
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        page = response.read().decode()
        self.done.requests += 1
        if response.status >= 400:
            self.done.failures[f"{response.status} {method}"] += 1
        for header in response.headers.get_all("Set-Cookie") or []:
            if header.startswith("csrftoken="):
                self._form_cookie = "; " + header.split(";")[0]
        return (response.headers.get("Location") or "").split("#")[0], page


# ---------------------------------------------------------------- scripts: one unit a step of the iterator


def read(browser: Browser, hand: Hand) -> Iterator[None]:
    """One page."""
    for turn in count():
        browser.session = hand.sessions[turn % len(hand.sessions)]
        browser.get(hand.paths[turn % len(hand.paths)])
        yield


def answer(browser: Browser, hand: Hand) -> Iterator[None]:
    """A check answered, now right, now wrong, and the page that follows."""
    module = _module(hand)
    checks = [number for number, right in enumerate(module.right, start=1) if right]
    for turn in count():
        browser.session = hand.sessions[turn % len(hand.sessions)]
        number = checks[turn % len(checks)]
        right = module.right[number - 1]
        wrong = (1,) if right == (0,) else (0,)
        browser.get(browser.post(module.step(number) + "pass/", wrong if turn % 2 else right))
        yield


def walk(browser: Browser, hand: Hand) -> Iterator[None]:
    """A whole module from its link to its end, as a learner who is always right goes through it."""
    module = _module(hand)
    for session in hand.sessions:
        browser.session = session
        browser.get(browser.get(f"/learn/modules/{module.uuid}/")[0])
        last = len(module.right)
        for number, right in enumerate(module.right, start=1):
            browser.get(browser.post(module.step(number) + "pass/", right))
            if right:
                browser.get(
                    module.step(number + 1) if number < last else f"/learn/modules/{module.uuid}/done/"
                )
        yield


def save(browser: Browser, hand: Hand) -> Iterator[None]:
    """One step sent, nothing read; one person after the other goes through the module, then all again."""
    module = _module(hand)
    while True:
        for session in hand.sessions:
            browser.session = session
            for number, right in enumerate(module.right, start=1):
                browser.post(module.step(number) + "pass/", right)
                yield


def _module(hand: Hand) -> Module:
    if hand.module is None:
        raise ValueError(f"{hand.script} needs a module")
    return hand.module


SCRIPTS: dict[str, Callable[[Browser, Hand], Iterator[None]]] = {
    "read": read,
    "answer": answer,
    "walk": walk,
    "save": save,
}


# ---------------------------------------------------------------- the process


def run(
    port: int, hands: list[Hand], *, units: int, seconds: float, warm: int, started: Callable[[], None]
) -> Done:
    """Let every hand do `units`, or as many as it can in `seconds`, after `warm` that do not count.

    `started` is called between the two, while nobody asks for anything.
    """
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_work, args=(theirs, port, hands, units, seconds, warm), daemon=True
    )
    process.start()
    theirs.close()
    ours.recv()
    started()
    ours.send("go")
    done: Done = ours.recv()
    process.join(10)
    return done


def _work(pipe: Connection, port: int, hands: list[Hand], units: int, seconds: float, warm: int) -> None:
    ready, go = threading.Barrier(len(hands) + 1), threading.Barrier(len(hands) + 1)
    results: list[Done] = []

    def work(hand: Hand) -> None:
        browser = Browser(port)
        try:
            script = _warmed(browser, hand, warm)
        except Exception:
            ready.abort()  # the others would wait for ever
            raise
        ready.wait()
        go.wait()
        _timed(script, browser.done.seconds[hand.script], units, time.monotonic() + seconds)
        results.append(browser.done)

    threads = [threading.Thread(target=work, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    ready.wait()
    pipe.send("ready")
    pipe.recv()
    go.wait()
    for thread in threads:
        thread.join()
    pipe.send(_together(results))


def _warmed(browser: Browser, hand: Hand, warm: int) -> Iterator[None]:
    """The hand's script after its first units, with a form's token and a clean sheet."""
    browser.session = hand.sessions[0]
    if hand.module:
        browser.take_token("/")
    script = SCRIPTS[hand.script](browser, hand)
    for _ in range(warm):
        next(script, None)
    browser.done = Done()
    return script


def _timed(script: Iterator[None], seconds: list[float], units: int, until: float) -> None:
    for _ in range(units):
        begun = time.monotonic()
        if begun >= until:
            return
        try:
            next(script)
        except StopIteration:
            return
        seconds.append(time.monotonic() - begun)


def _together(results: list[Done]) -> Done:
    total = Done(seconds={})
    for done in results:
        total.requests += done.requests
        total.failures += done.failures
        for script, times in done.seconds.items():
            total.seconds.setdefault(script, []).extend(times)
    return total
