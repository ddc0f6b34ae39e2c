"""A mail service on this machine that speaks as Postmark does; no test in here."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from time import sleep
from typing import Any


class MailService(HTTPServer):
    """Keeps what it is sent; answers with `status` and `body`, after `pause` seconds."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.received: list[dict[str, Any]] = []
        self.pause = 0.0
        self.status, self.body = (
            200,
            json.dumps(
                {
                    "ErrorCode": 0,
                    "Message": "OK",
                    "MessageID": "b7bc2f4a",
                    "To": "priya@kestrel.example",
                    "SubmittedAt": "2027-02-01",
                }
            ),
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Answering(BaseHTTPRequestHandler):
    server: MailService

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.append(sent)
        sleep(self.server.pause)
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        with suppress(BrokenPipeError):  # nobody waits any more
            self.wfile.write(self.server.body.encode())

    def log_message(self, *_: Any) -> None:
        """Nothing into the terminal."""


@contextmanager
def mail_service() -> Iterator[MailService]:
    service = MailService()
    running = Thread(target=service.serve_forever, args=(0.05,), daemon=True)
    running.start()
    yield service
    service.shutdown()
    running.join()
    service.server_close()
