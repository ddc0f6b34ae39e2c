"""The plug of the database server is pulled: whoever needs help still gets it, and soon."""

import time
from pathlib import Path
from urllib.request import Request, urlopen

from tests.house.running import clean_environment, free_port, running, seconds_until_answer


def seconds_for(address: str) -> float:
    begin = time.monotonic()
    with urlopen(Request(address, headers={"Cookie": "sessionid=abc"}), timeout=20) as response:
        assert b"/help/nz/" in response.read()
        assert response.headers["Set-Cookie"] is None
    return time.monotonic() - begin


def test_a_database_server_that_is_gone_holds_nobody_up(tmp_path: Path) -> None:
    """Claim C2: the countries within five seconds, at once for the next; a session cookie changes nothing."""
    port, closed = free_port(), free_port()
    environment = clean_environment(
        APP_ENV="test",
        DATA_DIR=str(tmp_path / "data"),
        DATABASE_URL=f"postgres://postgres@127.0.0.1:{closed}/nobody",
        PORT=str(port),
    )
    with running(["gunicorn", "--workers", "1"], environment, tmp_path / "web.log") as web:
        address = f"http://127.0.0.1:{port}/help/"
        seconds_until_answer(f"{address}au/", web, 30)
        first, second = seconds_for(address), seconds_for(address)
    assert first <= 5
    assert second <= 0.5
