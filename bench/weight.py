"""S5: what a page weighs on the wire, the first time and again, and how much there is on it."""

import gzip
import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from bench.figures import Findings, Table
from bench.measure import People
from bench.servers import Server

KB = 1_000
MOST_COLD = {"student": 25 * KB, "staff": 40 * KB}
MOST_REQUESTS, MOST_WARM, MOST_HTML, MOST_ELEMENTS = 4, 6 * KB, 5 * KB, 300
ENCODINGS = "br, gzip"


class _Page(HTMLParser):
    """Counts elements, and collects what a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        has = dict(attrs)
        part = has.get("href") if tag == "link" else has.get("src")
        if part and part not in self.parts:
            self.parts.append(part)


@dataclass(frozen=True)
class Weight:
    """Bytes of bodies as sent. `html` is compressed even where it was sent as it is."""

    who: str
    name: str
    sent: int
    html: int
    cold: int
    requests: int
    warm: int
    elements: int


class Scales:
    """A browser with an empty cache for each page; parts that never change are fetched once only."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._parts: dict[str, tuple[int, bool]] = {}

    def weigh(self, who: str, name: str, path: str, session: str) -> Weight:
        response, body = self._get(path, session)
        encoded = response.headers.get("Content-Encoding")
        page = _Page()
        page.feed((gzip.decompress(body) if encoded == "gzip" else body).decode())
        parts = [self._part(part) for part in page.parts]
        return Weight(
            who,
            name,
            sent=len(body),
            html=len(body) if encoded else len(gzip.compress(body, 6)),
            cold=len(body) + sum(size for size, _ in parts),
            requests=1 + len(parts),
            warm=len(body) + sum(size for size, kept in parts if not kept),
            elements=page.elements,
        )

    def _part(self, path: str) -> tuple[int, bool]:
        """Its size as sent, and whether a browser keeps it without asking again."""
        if path not in self._parts:
            response, body = self._get(path, "")
            self._parts[path] = len(body), "immutable" in (response.headers.get("Cache-Control") or "")
        return self._parts[path]

    def _get(self, path: str, session: str) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Accept-Encoding": ENCODINGS}
        if session:
            headers["Cookie"] = f"sessionid={session}"
        self._connection.request("GET", path, headers=headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{response.status} from {path}")
        return response, body


def measure_weight(
    findings: Findings, server: Server, people: People, visits: Sequence[Mapping[str, Any]]
) -> None:
    """Every page that `bench.questions` read; of several under one name, the heaviest."""
    sessions = {
        "nobody": "",
        "student": people.under_way[0],
        "new student": people.not_begun[0],
        "student, done": people.done[0],
        "staff": people.staff[0],
    }
    scales = Scales(server.port)
    heaviest: dict[tuple[str, str], Weight] = {}
    for visit in visits:
        if not _is_page(visit):
            continue
        weight = scales.weigh(visit["who"], visit["what"], visit["path"], sessions[visit["who"]])
        key = weight.who, weight.name
        heaviest[key] = max(heaviest.get(key, weight), weight, key=lambda one: one.sent)
    _judge(findings, list(heaviest.values()))


def _is_page(visit: Mapping[str, Any]) -> bool:
    leaf = visit["path"].partition("?")[0].rpartition("/")[2]
    return visit["status"] == http.HTTPStatus.OK and bool(visit["path"]) and not leaf


def _judge(findings: Findings, weights: list[Weight]) -> None:
    for group, ours in (
        ("student", [one for one in weights if one.who != "staff"]),
        ("staff", [one for one in weights if one.who == "staff"]),
    ):
        of = f"{'public and student' if group == 'student' else 'staff'} pages"
        for what, limit, unit, values in (
            ("cold", MOST_COLD[group], "B", [(one.cold, one.name) for one in ours]),
            ("requests", MOST_REQUESTS, "", [(one.requests, one.name) for one in ours]),
            ("warm, as sent", MOST_WARM, "B", [(one.warm, one.name) for one in ours]),
            ("HTML, compressed", MOST_HTML, "B", [(one.html, one.name) for one in ours]),
            ("elements", MOST_ELEMENTS, "", [(one.elements, one.name) for one in ours]),
        ):
            value, name = max(values)
            findings.at_most("S5", f"{of}, most {what} ({name})", value, limit, unit)
    findings.tables.append(
        Table(
            "Weight of each page, in bytes",
            ("who", "page", "HTML as sent", "HTML compressed", "cold", "requests", "warm", "elements"),
            [
                (
                    one.who,
                    one.name,
                    *(f"{n:,}" for n in (one.sent, one.html, one.cold, one.requests, one.warm, one.elements)),
                )
                for one in weights
            ],
        )
    )
