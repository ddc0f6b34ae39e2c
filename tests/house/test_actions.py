"""Every action that changes something leaves a line in the audit, but for a short list with reasons."""

import ast
from pathlib import Path

from peersupport.audit import UNRECORDED

ROOT = Path(__file__).resolve().parents[2]


def functions() -> dict[str, ast.FunctionDef]:
    """Every function of the actions layer by its dotted name."""
    return {
        f"{'.'.join(path.relative_to(ROOT).with_suffix('').parts)}.{node.name}": node
        for path in ROOT.glob("*/actions/*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }


def called_in(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}


def records(name: str, by_name: dict[str, ast.FunctionDef], seen: set[str]) -> bool:
    """Whether the function calls `record`, itself or through other actions."""
    if name in seen:
        return False
    called = called_in(by_name[name])
    return "record" in called or any(
        records(other, by_name, seen | {name}) for other in by_name if other.rpartition(".")[2] in called
    )


def is_atomic(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator) == "transaction.atomic" for decorator in function.decorator_list)


def test_every_action_is_recorded_or_says_why_not() -> None:
    by_name = functions()
    actions = {name for name, node in by_name.items() if is_atomic(node) and not node.name.startswith("_")}
    silent = {name for name in actions if not records(name, by_name, set())}
    assert silent == set(UNRECORDED)
    assert all(UNRECORDED.values())
