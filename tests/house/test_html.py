"""Every page as html-validate reads it: one process for all of them."""

import shutil
import subprocess
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from tests.house.pages import code_page, every_sight
from tests.house.test_structure import ROOT
from tests.house.town import STAFF, Town

pytestmark = pytest.mark.django_db
VALIDATOR = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


def node() -> str:
    found = shutil.which("node", path=str(ROOT / ".venv" / "bin")) or shutil.which("node")
    if not found or not VALIDATOR.exists():
        pytest.skip("No node or no html-validate here: `make test` installs them")
    return found


def falls_over(rights: Any, at: Any) -> Any:
    raise RuntimeError("Planted by a test.")


def test_every_page_is_sound_html(standing_town: Town, tmp_path: Path, settings: Any) -> None:
    """0 errors under the rules in .htmlvalidate.json, over every page, role and state."""
    written: dict[str, tuple[str, Any]] = {}
    for number, sight in enumerate(every_sight(standing_town)):
        answer = sight.see(standing_town)
        assert answer.status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}, sight
        written[f"{number:03}.html"] = (str(sight), answer)
    written["code.html"] = ("code", code_page(standing_town, standing_town.people["student"].email))
    settings.THIS_WEEK = [f"{__name__}.falls_over"]
    written["500.html"] = ("a fault of ours", standing_town.client(STAFF).get("/"))
    for name, (_, page) in written.items():
        (tmp_path / name).write_bytes(page.content)
    rules = ROOT / ".htmlvalidate.json"
    done = subprocess.run(
        [node(), str(VALIDATOR), "--config", str(rules), "--formatter", "text", f"{tmp_path}/*.html"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    for name, (title, _) in written.items():
        said = said.replace(str(tmp_path / name), title)
    assert done.returncode == 0, said
    assert len(written) > 80
