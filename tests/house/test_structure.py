"""What the house holds itself to: sizes, names, and the things that must stand nowhere."""

import ast
import inspect
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from peersupport.kinds import KINDS
from peersupport.named_lists import asked, asked_for
from peersupport.outbox.letters import WAITING
from referrals.engines.services import VARIABLES

ROOT = Path(settings.BASE_DIR)
THIS_FILE = "tests/house/test_structure.py"
WORDS = {".py", ".html", ".css", ".scss", ".js", ".md", ".yaml", ".yml", ".json", ".toml", ".txt", ".sh", ""}
LOCKS = {"package-lock.json"}


@cache
def tracked() -> tuple[Path, ...]:
    """What git keeps, or would keep: everything that is not ignored."""
    asked_git = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if asked_git.returncode:
        pytest.skip("Not a git working copy: which files are kept cannot be told.")
    return tuple(ROOT / name for name in asked_git.stdout.splitlines() if (ROOT / name).is_file())


def kept(*suffixes: str, under: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Name and text of every file with one of these suffixes."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in suffixes and (not under or name.startswith(under)):
            yield name, path.read_text()


def python() -> Iterator[tuple[str, ast.Module]]:
    for name, text in kept(".py"):
        yield name, ast.parse(text)


# ---------------------------------------------------------------- sizes and names


def test_no_file_is_longer_than_one_can_hold_in_mind() -> None:
    limits = {".py": 400, ".css": 400, ".scss": 400, ".js": 400, ".html": 150}
    long = {
        name: lines
        for name, text in kept(*limits)
        if (lines := len(text.splitlines())) > limits[Path(name).suffix]
    }
    assert long == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    long = {
        f"{name}:{node.lineno} {node.name}": length
        for name, tree in python()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > 40
    }
    assert long == {}


def test_names_say_what_a_file_is_for() -> None:
    vague = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common|stuff|base)$")
    assert [name for name, _ in kept(".py") if vague.search(Path(name).stem)] == []
    verbs = re.compile(r"^(handle|process|do)_")
    functions = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in python()
        if not name.startswith("tests/")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and verbs.match(node.name)
    ]
    theirs = (
        " process_exception",
        " handle_starttag",
        " handle_data",
    )  # Django and Python call them by these names
    assert [found for found in functions if not found.endswith(theirs)] == []


def test_migrations_are_named_for_what_they_do() -> None:
    names = [Path(name).stem for name, _ in kept(".py") if "/migrations/" in name]
    numbered = [name for name in names if name != "__init__"]
    assert numbered
    assert [
        name for name in numbered if not re.fullmatch(r"\d{4}_[a-z][a-z_]+", name) or "auto" in name
    ] == []


def test_imports_stand_at_the_top_of_the_file() -> None:
    inside = [
        f"{name}:{node.lineno}"
        for name, tree in python()
        if Path(name).name not in {"tasks.py", "manage.py"}
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


# ---------------------------------------------------------------- what must stand nowhere


def code(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Our files but for the tests, which may name what they look for."""
    return ((name, text) for name, text in kept(*suffixes) if not name.startswith("tests/"))


def lines_with(pattern: str, files: Iterator[tuple[str, str]]) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{name}:{number} {line.strip()[:80]}"
        for name, text in files
        for number, line in enumerate(text.splitlines(), 1)
        if found.search(line)
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        r"\bmark_safe\b|\bSafeString\b",
        r"\bcsrf_exempt\b",
        r"\beta=|\bcountdown=|\.retry\(|\.apply_async\(|\.delay(_on_commit)?\(",
        r"\bGenericForeignKey\b|\bpost_save\b|\bpre_save\b|@receiver\b",
        r"\bRawSQL\(|\.extra\(|shell=True",
        r"\bTODO\b|\bFIXME\b|\bXXX\b|raise NotImplementedError",
        r"unittest\.mock|MagicMock",
        r"datetime\.now\(|timezone\.now\(|date\.today\(",
    ],
)
def test_code_does_without(pattern: str) -> None:
    allowed = {"peersupport/clock.py"} if "timezone" in pattern else set()
    files = (
        (name, text) for name, text in code(".py") if name not in allowed and not name.startswith("bench/")
    )
    banned = [line for line in lines_with(pattern, files) if "banned-api" not in line]
    assert banned == []


def test_one_module_rings_the_doorbell() -> None:
    """A task carries nothing, and only the nudge sends one: when it is lost, nothing is."""
    ring = r"\bsend_task\b|\.signature\("
    files = (file for file in code(".py") if not file[0].startswith("bench/"))
    assert {line.partition(":")[0] for line in lines_with(ring, files)} == {"peersupport/nudge.py"}


def test_tests_do_not_stand_in_for_our_own_code() -> None:
    tests = (file for file in kept(".py", under=("tests/",)) if file[0] != THIS_FILE)
    assert lines_with(r"\bmock\.|\bimport mock|MagicMock|mocker\b", tests) == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"\|\s*safe\b|\|\s*safeseq\b",
        r"<script(?![^>]*\bsrc=)",
        r"<style\b|\sstyle=",
        r"\son[a-z]+\s*=\s*[\"']",
        r"javascript:",
        r"https?://(?!www\.w3\.org)",
    ],
)
def test_templates_do_without(pattern: str) -> None:
    assert lines_with(pattern, kept(".html")) == []


# The words of a module are made safe when they are loaded (training.engines.markdown); they come in here.
UNESCAPED = {"templates/training/progress/_text.html"}


def test_templates_escape_everything_but_the_words_of_a_module() -> None:
    found = {line.partition(":")[0] for line in lines_with(r"autoescape\s+off", kept(".html"))}
    assert found == UNESCAPED


def test_nothing_points_to_a_machine_or_a_package_registry() -> None:
    texts = (file for file in kept(*WORDS) if Path(file[0]).name not in LOCKS and file[0] != THIS_FILE)
    machines = r"/home/|/root/|/Users/|[A-Z]:\\Users"
    registries = r"registry\.npmjs|pypi\.org|files\.pythonhosted|index-url[ =]+http"
    assert lines_with(f"{machines}|{registries}", texts) == []
    locks = [text for name, text in kept(".json") if Path(name).name in LOCKS]
    assert locks
    assert not any(re.search(r'"resolved":\s*"http', text) for text in locks)


# ---------------------------------------------------------------- names in settings


ASKED_WITH: dict[str, list[str]] = {
    "SIGN_UP_ALLOWED": ["email"],
    "LOCAL": ["program", "site", "at"],
    "NEW_PROGRAM": ["program", "at"],
    "THIS_WEEK": ["rights", "at"],
    "HELD": ["people", "at"],
    "QUIET": ["people", "at"],
    "SENDER_NAME": ["scope"],
    "PURGED": ["at"],
}


@pytest.mark.parametrize("list_name", sorted(ASKED_WITH))
def test_every_named_function_is_there_and_takes_what_it_is_asked_with(list_name: str) -> None:
    functions: list[Callable[..., Any]] = asked(list_name)
    assert functions
    for function in functions:
        assert list(inspect.signature(function).parameters) == ASKED_WITH[list_name], function
        assert function.__module__.endswith(".answers")


def test_no_named_list_is_left_out_of_this_test() -> None:
    """Whatever the code asks for by name is in the table above."""
    names = {match for _, text in code(".py") for match in re.findall(r'\basked\("([A-Z_]+)"\)', text)}
    assert names == set(ASKED_WITH)


def test_every_kind_of_notice_has_its_words_and_somebody_who_fills_them_in() -> None:
    """But for codes, whose words are made where they are asked for."""
    kinds = set(KINDS) - {"peersupport.code"}
    assert kinds == set(settings.STILL_WANTED)
    assert {path.stem for path in (settings.CONTENT_DIR / "notices").iterdir()} == kinds | {WAITING}
    for kind in kinds:
        function = asked_for("STILL_WANTED", kind)
        assert list(inspect.signature(function).parameters) == ["row", "at"]
        assert function.__module__.endswith(".answers")


def test_a_module_may_name_exactly_what_the_directory_answers() -> None:
    assert set(settings.LOCAL_NAMES) == set(VARIABLES)


def test_each_timed_job_is_a_task_that_exists() -> None:
    for job in settings.CELERY_BEAT_SCHEDULE.values():
        module, _, function = str(job["task"]).rpartition(".")
        assert module.endswith(".tasks")
        path = ROOT / f"{module.replace('.', '/')}.py"
        assert any(
            isinstance(node, ast.FunctionDef) and node.name == function
            for node in ast.parse(path.read_text()).body
        )


def url_names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from url_names(
                pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space
            )
        else:
            yield f"{space}{pattern.name}", pattern


def test_ordinary_pages_are_pages_that_exist() -> None:
    assert set(settings.ORDINARY) <= {name for name, _ in url_names(get_resolver().url_patterns)}


def test_addresses_carry_no_numbers_that_count_people() -> None:
    """What stands in a path is a uuid, a country, a school, the number of a step, or a signed token."""
    found = {
        (type(converter).__name__, parameter)
        for _, pattern in url_names(get_resolver().url_patterns)
        for parameter, converter in pattern.pattern.converters.items()
    }
    assert found == {
        ("UUIDConverter", "uuid"),
        ("SlugConverter", "country"),
        ("SlugConverter", "where"),
        ("IntConverter", "number"),
        ("StringConverter", "token"),
    }
