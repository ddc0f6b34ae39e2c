"""F6, F7, F8, F18: mail servers that drop the line, refuse, say nothing; calls among many reminders."""

import statistics
import time

import pytest

from tests.faults.engines import BOTH, SQLITE_FIRST
from tests.faults.installation import Installation
from tests.faults.reports import Say
from tests.faults.servers import until

pytestmark = pytest.mark.faults
NOBODY = [f"person{number}@faults.example" for number in range(3)]


@SQLITE_FIRST
@pytest.mark.parametrize("notices", [100, pytest.param(2_000, marks=pytest.mark.deep)], ids=["short", "full"])
def test_lines_that_drop_and_addresses_that_are_refused(
    installation: Installation, notices: int, say: Say
) -> None:
    """F6, F8, R23, R24: a copy has the same number; what is refused is given up at once, and that alone."""
    name = f"rude-{notices}"
    installation.sink.behave(delay=0.01, drop=0.05, refused=NOBODY)
    installation.inside("fill", name, str(notices), "urgent", "100")
    refused = 3 * notices // 50
    with installation.started("sender"):
        until(lambda: installation.open(name) < notices, 60, "sending has begun")
        dead = until(
            lambda: installation.states(name)["dead"] == refused, 60 + notices / 20, "the refused ones"
        )
        installation.wait_for_the_end(name)
    installation.inside("forgive")
    tally = installation.tally(name)
    tries = installation.ask(
        "SELECT DISTINCT n.state, n.attempts FROM peersupport_notification n "
        f"WHERE n.key LIKE '{name}:%' AND n.state = 'dead'"
    )
    say(
        f"F6, F8 {installation.database}: {refused} refused, the last after {dead:.1f} s; "
        f"{tally}, the refused among the lost"
    )
    assert installation.states(name) == {"dead": refused, "accepted": notices - refused}
    assert tries == [("dead", 1)]
    assert tally.lost == refused
    assert 0 < tally.duplicates <= notices * 0.1 + 1
    assert not set(NOBODY) & {address for _, _, address in installation.sink.taken()[-tally.sent :]}


@BOTH
@pytest.mark.deep
def test_a_server_that_says_nothing_to_one_address_holds_up_the_others_for_seconds(
    installation: Installation, say: Say
) -> None:
    """F7: the line is let go after ten seconds; the others follow."""
    installation.sink.behave(silent=NOBODY[:1])
    installation.inside("fill", "mute", "50", "urgent", "50")
    with installation.started("sender"):
        waited = until(lambda: installation.open("mute") == 1, 60, "all others have gone out")
        until(lambda: installation.states("mute")["failed_temp"] == 1, 20, "the one is put off")
        installation.sink.behave()
        until(lambda: not installation.open("mute"), 60, "it goes out at last")
    tally = installation.tally("mute")
    say(f"F7 {installation.database}: the others were out after {waited:.1f} s, a start included; {tally}")
    assert waited <= 20
    assert (tally.lost, tally.duplicates) == (0, 0)


@SQLITE_FIRST
@pytest.mark.parametrize(
    ("reminders", "wire"),
    [(80, 0.1), pytest.param(1_500, 0.1, marks=pytest.mark.deep)],
    ids=["short", "full"],
)
def test_calls_to_people_overtake_reminders(
    installation: Installation, reminders: int, wire: float, say: Say
) -> None:
    """F18, R25: reminders due in one minute, twenty calls in the middle of them."""
    name = f"many-{reminders}"
    installation.sink.behave(delay=wire)
    installation.inside("fill", name, str(reminders), "ordinary", "500")
    with installation.started("sender", "worker"):
        begin = time.monotonic()
        until(lambda: installation.open(name) < reminders, 60, "reminders go out")
        installation.inside("fill", f"call-{reminders}", "20", "urgent", "1")
        until(lambda: not installation.open(f"call-{reminders}"), 60, "the calls are out")
        left = installation.open(name)
        installation.wait_for_the_end(name)
        took = time.monotonic() - begin
    waits = installation.waits(f"call-{reminders}")
    slow = statistics.quantiles(waits, n=20)[-1]
    say(
        f"F18 {installation.database}: calls p95 {slow:.1f} s, longest {max(waits):.1f} s; "
        f"{reminders} reminders in {took:.0f} s, {left} of them after the last call"
    )
    assert slow <= 5
    assert max(waits) <= 10
    assert left > 0, "The reminders were out before the calls: nothing was overtaken."
    assert took <= 120
    assert installation.tally(name).duplicates == 0
