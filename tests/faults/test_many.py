"""F9, F10, F22: two and three of everything, or only one; and what is noticed when a safeguard is gone."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.engines import POSTGRES_ONLY, SQLITE_FIRST
from tests.faults.installation import BESIDE, Installation
from tests.faults.reports import Say
from tests.faults.scenarios import (
    a_doorbell_and_nobody_who_looks_by_himself,
    a_row_that_somebody_holds,
    many_who_do_the_same,
)
from tests.faults.servers import OwnPostgres
from tests.house.running import ROOT

pytestmark = pytest.mark.faults
NOT_OURS = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "var", "__pycache__", ".mypy_cache", "docs"
)


@SQLITE_FIRST
@pytest.mark.parametrize("notices", [80, pytest.param(1_000, marks=pytest.mark.deep)], ids=["short", "full"])
def test_whatever_is_done_three_times_is_sent_once(
    installation: Installation, notices: int, say: Say
) -> None:
    """F9, R25: sweepers, beats and senders, two and three at once."""
    say(f"F9 {installation.database}: {many_who_do_the_same(installation, notices)}")


@POSTGRES_ONLY
def test_a_worker_without_a_clock_hears_the_doorbell(installation: Installation, say: Say) -> None:
    """F10: neither beat nor sender. F1 shows the other half: senders, and neither beat nor worker."""
    took = a_doorbell_and_nobody_who_looks_by_himself(installation)
    say(f"F10: sent {took:.2f} s after it was committed")


@POSTGRES_ONLY
@pytest.mark.deep
def test_a_process_that_is_stopped_while_it_claims_keeps_nothing_else_back(
    installation: Installation, say: Say
) -> None:
    """R23, SKIP LOCKED."""
    say(f"A row held by somebody: the others went out within {a_row_that_somebody_holds(installation):.1f} s")


# ---------------------------------------------------------------- do these tests bite?


@dataclass(frozen=True)
class Safeguard:
    """How to take it away, the fault that shows, and as what. `fresh`: the tables change with it."""

    change: dict[str, tuple[str, str]]
    fault: Callable[[Installation], object]
    noticed: str
    fresh: bool = False


KEY = "models.CharField(max_length=160, unique=True)", "models.CharField(max_length=160)"
SAFEGUARDS = {
    "lease": Safeguard(
        {"peersupport/outbox/leases.py": ("return URGENT_LEASE if urgent else LEASE", "return timedelta()")},
        lambda installation: many_who_do_the_same(installation, 60),
        noticed="[1-9][0-9]* duplicates",
    ),
    "unique key": Safeguard(
        {
            "peersupport/models/outbox.py": KEY,
            "peersupport/migrations/0002_outbox_channels_heartbeats.py": KEY,
        },
        lambda installation: many_who_do_the_same(installation, 20),
        noticed="60 wanted",
        fresh=True,
    ),
    "on commit": Safeguard(
        {"peersupport/outbox/queueing.py": ("transaction.on_commit(nudge)", "nudge()")},
        a_doorbell_and_nobody_who_looks_by_himself,
        noticed="the notice has gone out",
    ),
    "skip locked": Safeguard(
        {"peersupport/outbox/leases.py": ("skip_locked=True", "")},
        a_row_that_somebody_holds,
        noticed="the others have gone out",
    ),
}


def without(safeguard: Safeguard, healthy: Installation, folder: Path) -> Installation:
    """The same installation with a copy of our code that lacks it."""
    tree = folder / "tree"
    shutil.copytree(ROOT, tree, ignore=NOT_OURS)
    for name, (there, instead) in safeguard.change.items():
        text = (tree / name).read_text()
        assert text.count(there) == 1, f"{name} does not have it any more"
        (tree / name).write_text(text.replace(there, instead))
    return healthy.beside(folder, tree=tree, fresh=safeguard.fresh)


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["lease", "unique key"])
def test_without_a_safeguard_a_fault_shows(
    name: str, installation: Installation, tmp_path: Path, say: Say
) -> None:
    """F22."""
    with pytest.raises(AssertionError, match=SAFEGUARDS[name].noticed) as noticed:
        SAFEGUARDS[name].fault(without(SAFEGUARDS[name], installation, tmp_path))
    say(f"F22 sqlite without {name}: {str(noticed.value).splitlines()[0]}")


@POSTGRES_ONLY
@pytest.mark.deep
@pytest.mark.parametrize("name", sorted(SAFEGUARDS))
def test_without_a_safeguard_a_fault_shows_on_a_server(
    name: str, installation: Installation, postgres: OwnPostgres, tmp_path: Path, say: Say
) -> None:
    """F22."""
    if SAFEGUARDS[name].fresh:
        postgres.run(f"CREATE DATABASE {BESIDE}")
    with pytest.raises(AssertionError, match=SAFEGUARDS[name].noticed) as noticed:
        SAFEGUARDS[name].fault(without(SAFEGUARDS[name], installation, tmp_path))
    say(f"F22 postgres without {name}: {str(noticed.value).splitlines()[0]}")
