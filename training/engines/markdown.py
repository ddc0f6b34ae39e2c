"""A step's Markdown: rendered to clean HTML, and taken apart into the prose, links and pictures in it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.container import container_plugin

from training.engines.wording import Prose, Tag

# What a box says of itself, so that colour alone never tells a myth from a fact.
FIRST_WORDS: Final[Mapping[str, str]] = {"myth": "You may think", "poor": "What helps less"}
BOXES: Final[Mapping[str, str]] = {"good": "says", "poor": "tell look", "myth": "tell look", "note": "note"}
_BOX_LINE = re.compile(r"^\s*:::+\s*(?P<name>.*?)\s*$")
_HEADINGS: Final = ("h2", "h3", "h4")
_TAGS: Final = frozenset(
    {"p", "br", "hr", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "img", "div"}
)
# Our own page has ids too ("main"); a heading must never take one of them.
_ID_PREFIX: Final = "part-"
_OTHER_HOST = re.compile(r"[\\/\s]")


@dataclass(frozen=True)
class Link:
    line: int
    href: str


@dataclass(frozen=True)
class Picture:
    line: int
    src: str
    alt: str


@dataclass
class Parts:
    """What a body holds; every line is the file's."""

    prose: list[Prose] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    top_headings: list[int] = field(default_factory=list)


def render(body: str, addresses: Mapping[str, str]) -> str:
    """Clean HTML whatever the body holds: a few tags and classes; https, tel, mailto and relative links.

    `addresses` gives the page address of each file that a link may name (`other-step.md`).
    """
    parser = _parser()
    tokens = parser.parse(body)
    for token in _inside(tokens):
        if token.type == "link_open":
            token.attrSet("href", _address(str(token.attrGet("href")), addresses))
    return clean(cast(str, parser.renderer.render(tokens, parser.options, {})))


def clean(html: str) -> str:
    """Only what our few tags, attributes, classes and kinds of address allow."""
    return nh3.clean(
        html,
        tags={*_TAGS, *_HEADINGS},
        attributes={
            "*": set(),
            "a": {"href"},
            "img": {"src", "alt"},
            "ol": {"start"},
            **{tag: {"id"} for tag in _HEADINGS},
        },
        allowed_classes={
            "div": {name for classes in BOXES.values() for name in classes.split()},
            "strong": {"who"},
        },
        url_schemes={"https", "tel", "mailto"},
        link_rel="noreferrer",
        attribute_filter=_keep,
        id_prefix=_ID_PREFIX,
    ).strip()


def take_apart(file: str, body: str, first_line: int) -> Parts:
    parts = Parts()
    box: Tag | None = None
    label = False
    for token in _parser().parse(body):
        line = first_line + (token.map[0] if token.map else 0)
        if token.type.startswith("container_"):
            box = _tag(token)
        elif token.type == "heading_open":
            label = True
            parts.anchors.add(str(token.attrGet("id")))
            if token.tag == "h1":
                parts.top_headings.append(line)
        elif token.type == "heading_close":
            label = False
        elif token.type == "inline":
            text = _take_inline(parts, token, line)
            parts.prose.append(Prose(file, line, text, text, box, label))
        elif token.type in ("fence", "code_block"):
            parts.prose.append(Prose(file, line + (token.type == "fence"), token.content, token.content, box))
    return parts


def box_faults(body: str, first_line: int) -> Iterator[tuple[int, str]]:
    """Boxes unknown, nested or left open: Markdown shows such lines as words, or closes them unasked."""
    opened = 0
    for line, text in enumerate(body.split("\n"), first_line):
        match = _BOX_LINE.match(text)
        if match is None:
            continue
        name = match["name"]
        if not name:
            if not opened:
                yield line, "':::' closes a box, and none is open"
            opened = 0
            continue
        if name not in BOXES:
            yield line, f"unknown box '{name}'; there are {', '.join(BOXES)}"
        elif opened:
            yield line, "a box inside a box; close the first one with ':::'"
        opened = line
    if opened:
        yield opened, "this box is never closed with ':::'"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    for name, classes in BOXES.items():
        container_plugin(parser, name, validate=_named(name), render=_box(name, classes))
    anchors_plugin(parser, max_level=4)
    return parser


def _named(name: str) -> Callable[[str, str], bool]:
    return lambda written, _markup: written.strip() == name


def _box(name: str, classes: str) -> Callable[..., str]:
    said_first = f'<strong class="who">{FIRST_WORDS[name]}</strong>\n' if name in FIRST_WORDS else ""

    def show(_renderer: object, tokens: Sequence[Token], place: int, *_rest: Any) -> str:
        return f'<div class="{classes}">\n{said_first}' if tokens[place].nesting == 1 else "</div>\n"

    return show


def _tag(token: Token) -> Tag | None:
    name = token.type.removeprefix("container_").removesuffix("_open")
    return cast(Tag, name) if name in ("good", "poor", "myth") else None


def _inside(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _take_inline(parts: Parts, token: Token, first_line: int) -> str:
    """The words of a block; its links and pictures go into `parts`."""
    text = ""
    for child in token.children or ():
        line = first_line + text.count("\n")
        if child.type in ("softbreak", "hardbreak"):
            text += "\n"
        elif child.type == "link_open":
            parts.links.append(Link(line, unquote(str(child.attrGet("href")))))
        elif child.type == "image":
            parts.pictures.append(Picture(line, unquote(str(child.attrGet("src"))), child.content))
            text += child.content
        else:
            text += child.content
    return text


def _address(href: str, addresses: Mapping[str, str]) -> str:
    name, mark, anchor = unquote(href).partition("#")
    if name and name not in addresses:
        return href
    return addresses.get(name, "") + mark + (_ID_PREFIX + anchor if anchor else "")


def _keep(tag: str, attribute: str, value: str) -> str | None:
    # "//host/x" and "\\host" count as relative for the cleaner, and leave the site all the same.
    off_site = attribute in ("href", "src") and _OTHER_HOST.match(value)
    return None if off_site else value
