"""Local names and numbers in a module's text: a placeholder there, the school's own words on the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}")
_TAG = re.compile(r"""(<(?:[^<>"']|"[^"]*"|'[^']*')*>)""")
_SAFE_HREF = re.compile(r"(?:tel:|sms:|mailto:|https://|/(?![/\\]))", re.IGNORECASE)


@dataclass(frozen=True)
class Filled:
    """What stands in for a placeholder: words, and an address (`tel:...`) when there is one to follow."""

    text: str
    href: str | None = None


def variables_in(html: str) -> set[str]:
    """The names in `{{ name }}`, also badly formed ones, so that a check can refuse them."""
    return {found.strip() for found in PLACEHOLDER.findall(html)}


def fill(html: str, values: Mapping[str, Filled]) -> str:
    """Clean HTML with its placeholders replaced by escaped words, linked when there is an address.

    Nothing is filled inside a tag, and nothing is linked inside a link. An address that is not a call, a
    message, mail, https or a path of this site is left out. Raises KeyError when a value is missing.
    """
    parts = _TAG.split(html)
    in_link = False
    for place, part in enumerate(parts):
        if part.startswith("<") and place % 2:
            in_link = part.startswith(("<a ", "<a>")) or (in_link and not part.startswith("</a"))
        else:
            parts[place] = _fill_text(part, values, linked=not in_link)
    return "".join(parts)


def _fill_text(text: str, values: Mapping[str, Filled], *, linked: bool) -> str:
    def words(match: re.Match[str]) -> str:
        value = values[match[1].strip()]
        shown = escape(value.text)
        if linked and value.href and _SAFE_HREF.match(value.href):
            return f'<a href="{escape(value.href)}">{shown}</a>'
        return shown

    return PLACEHOLDER.sub(words, text)
