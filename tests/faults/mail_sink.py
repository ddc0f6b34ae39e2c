"""A mail server in a process of its own, which writes down what it took: `python mail_sink.py PORT FOLDER`.

`FOLDER/taken` gets a line for each message that it answered for with 250, or took before it dropped the line:
the moment, the Message-ID, the recipient. `FOLDER/manners.json`, read before each message, says how it
behaves: `delay` seconds for each message, `busy` the share answered with 451, `drop` the share taken without
an answer, `refused` and `silent` the addresses that get a 550 or no answer at all.
"""

import asyncio
import json
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

NO_ANSWER = 600


class Sink:
    def __init__(self, folder: Path) -> None:
        self._manners = folder / "manners.json"
        self._taken = (folder / "taken").open("a", buffering=1)
        self._chance = random.Random(1)

    def manners(self) -> dict[str, Any]:
        return dict(json.loads(self._manners.read_text()))

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, _: Any) -> str:  # noqa: N802
        manners = self.manners()
        if address in manners.get("silent", []):
            await asyncio.sleep(NO_ANSWER)
        if address in manners.get("refused", []):
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        manners = self.manners()
        await asyncio.sleep(manners.get("delay", 0.0))
        fate = self._chance.random()
        if fate < manners.get("busy", 0.0):
            return "451 come back later"
        lines = envelope.content.decode().splitlines()
        number = next(line for line in lines if line.lower().startswith("message-id:")).split(":", 1)[1]
        self._taken.write(f"{time.time()} {number.strip()} {envelope.rcpt_tos[0]}\n")
        if fate > 1 - manners.get("drop", 0.0) and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 kept"


async def serve(port: int, folder: Path) -> None:
    sink, loop = Sink(folder), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, timeout=NO_ANSWER), "127.0.0.1", port)
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
