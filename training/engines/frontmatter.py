"""The YAML at the head of a content file, with the line on which every value stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from training.engines.moduleshape import Fault

_FENCE = "---"
# The one written in C, where PyYAML has it, reads ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path: TypeAlias = Sequence[str | int]


@dataclass(frozen=True)
class Document:
    """A content file: front matter as plain values and as YAML nodes, and the body with its first line."""

    file: str
    values: dict[str, Any]
    root: yaml.MappingNode
    head: str
    body: str
    body_line: int

    def line_of(self, path: Path) -> int:
        """The line of a value by its path of keys and places; of what holds it, when it is not there."""
        return _line(self._node(path))

    def line_of_key(self, path: Path) -> int:
        """The line of the key itself: a value may start a line below it."""
        holder = self._node(path[:-1])
        keys = holder.value if isinstance(holder, yaml.MappingNode) else ()
        return next((_line(key) for key, _ in keys if key.value == path[-1]), _line(holder))

    def value(self, path: Path) -> str:
        """A value that the file's shape says is text."""
        inner: Any = self.values
        for part in path:
            inner = inner[part]
        return str(inner).strip()

    def raw(self, path: Path) -> str:
        """The value as it stands in the file, quotes and line breaks included."""
        node = self._node(path)
        return self.head[node.start_mark.index : node.end_mark.index]

    def _node(self, path: Path) -> yaml.Node:
        node: yaml.Node = self.root
        for part in path:
            inner = _child(node, part)
            if inner is None:
                return node
            node = inner
        return node


def read_document(file: str, text: str) -> Document | list[Fault]:
    """The file split and its front matter read, or what is wrong with it."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        return [Fault(file, 1, "the file must begin with front matter between two lines of '---'")]
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), 0)
    if not end:
        return [Fault(file, 1, "the front matter has no closing '---'")]
    # One empty line stands in for the fence, so that YAML's own line numbers are the file's.
    head = "\n" + "\n".join(lines[1:end]) + "\n"
    read = _read_yaml(file, head)
    if isinstance(read, list):
        return read
    root, values = read
    return Document(file, values, root, head, "\n".join(lines[end + 1 :]), end + 2)


def read_yaml_file(file: str, text: str) -> Document | list[Fault]:
    """A file that is YAML from its first line, and has no body."""
    read = _read_yaml(file, text)
    if isinstance(read, list):
        return read
    root, values = read
    return Document(file, values, root, text, "", text.count("\n") + 1)


def _read_yaml(file: str, head: str) -> tuple[yaml.MappingNode, dict[str, Any]] | list[Fault]:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(head, _LOADER)):
            return [Fault(file, 1, "write the value out again: YAML aliases are not read here")]
        root = yaml.compose(head, _LOADER)
        values = yaml.load(head, _LOADER)  # noqa: S506 - a safe one, see above
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return [Fault(file, mark.line + 1 if mark else 1, f"not YAML: {error.problem or error.context}")]
    except (yaml.YAMLError, ValueError) as error:
        return [Fault(file, 1, "not YAML: " + re.sub(r"\s+", " ", str(error)))]
    if not isinstance(root, yaml.MappingNode):
        return [Fault(file, 1, "there must be 'key: value' lines here")]
    twice = [Fault(file, _line(key), f"the key '{key.value}' stands here twice") for key in _repeated(root)]
    return twice or (root, values)


def _repeated(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield key
            seen.add(key.value)
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated(value)


def _child(node: yaml.Node, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        inner: yaml.Node = node.value[part]
        return inner
    return None


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
