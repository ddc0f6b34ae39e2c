"""R27: whoever watches is watched. Sender and worker have stopped, Redis is gone: people hear of it."""

import json

import pytest

from tests.faults.engines import SQLITE_FIRST
from tests.faults.installation import WATCHER, Installation
from tests.faults.reports import Say
from tests.faults.servers import until
from tests.faults.visitors import Visitor

pytestmark = pytest.mark.faults


@SQLITE_FIRST
def test_a_clockwork_that_stands_still_for_three_minutes_is_told_by_mail(
    installation: Installation, request: pytest.FixtureRequest, say: Say
) -> None:
    """R27, F10: by a process of its own, without Celery or Redis; and again when all is well."""

    def mails() -> int:
        return sum(to == WATCHER for _, _, to in installation.sink.taken())

    def health() -> tuple[int, list[str]]:
        answer = Visitor(installation.port).get("/healthz")
        return answer.status, json.loads(answer.page).get("stale", [])

    before = mails()
    installation.sink.behave()
    with installation.started("web", "sender") as started:
        _, sender = started
        installation.wait_for_the_site()
        until(lambda: health()[0] == 200, 60, "all is well")
        sender.kill()
        broker = request.getfixturevalue("broker") if installation.redis_url else None
        if broker:
            broker.kill()
        with installation.started("watch"):
            installation.inside("age", "175")
            assert health() == (200, [])
            installation.inside("age", "181")
            assert health() == (503, ["clock", "sender"])
            heard = until(lambda: mails() == before + 1, 30, "the mail that it stands still")
            started.append(installation.begin("sender"))
            until(lambda: health()[0] == 200, 60, "all is well again")
            until(lambda: "All is well again." in installation.said(), 30, "and it is told")
            until(lambda: mails() >= before + 2, 10, "by mail, too")
        if broker:
            broker.start()
    say(f"R27 {installation.database}: mailed {heard:.1f} s after three minutes of silence")
