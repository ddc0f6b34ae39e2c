"""Somebody with a browser, who asks the running site for pages and counts the seconds."""

import re
import time
from dataclasses import dataclass
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

LOGIN = "/account/login/"


@dataclass(frozen=True)
class Answer:
    status: int
    url: str
    page: str
    seconds: float


class Visitor:
    def __init__(self, port: int, session: str = "") -> None:
        self._site = f"http://127.0.0.1:{port}"
        self._session = session
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Answer:
        return self._ask(path, None)

    def post(self, path: str, **fields: str) -> Answer:
        return self._ask(path, urlencode(fields).encode())

    def ask_for_a_code(self, email: str) -> Answer:
        """The answer to the address that was typed in; the seconds are those of that request alone."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(LOGIN).page)
        assert token
        return self.post(LOGIN, email=email, csrfmiddlewaretoken=token[1])

    def _ask(self, path: str, data: bytes | None) -> Answer:
        headers = {"Cookie": f"sessionid={self._session}"} if self._session else {}
        begin = time.monotonic()
        try:
            response = self._opener.open(Request(self._site + path, data, headers), timeout=30)
        except HTTPError as error:
            response = error
        with response:
            page = response.read().decode(errors="replace")
        return Answer(response.status, response.url, page, time.monotonic() - begin)
