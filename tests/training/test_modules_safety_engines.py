"""What must never reach a page from a module: unsafe words, and anything that runs. Claim B10."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from training.engines.markdown import clean, render
from training.engines.wording import Prose, Rule, Tag, read_rules, unsafe

SAFE_WORDS = Path(__file__).parents[2] / "content" / "safe_words.json"
ENTRIES: list[dict[str, Any]] = json.loads(SAFE_WORDS.read_text(encoding="utf-8"))
RULES = {rule.id: rule for rule in read_rules(SAFE_WORDS)}
MATCHING = [(entry["id"], sample) for entry in ENTRIES for sample in entry["must_match"]]
HARMLESS = [(entry["id"], sample) for entry in ENTRIES for sample in entry["must_not_match"]]


def broken(rule: Rule, text: str, tag: Tag | None, confirmed: tuple[str, ...] = ()) -> int:
    return len(unsafe([Prose("f", 1, text, text, tag)], [rule], confirmed))


def heard(rule: Rule) -> Tag | None:
    return "good" if rule.level.startswith("supporter_reply") else None


@pytest.mark.parametrize(("rule", "sample"), MATCHING)
def test_unsafe_samples_are_found(rule: str, sample: str) -> None:
    assert broken(RULES[rule], sample, heard(RULES[rule]))
    assert broken(RULES[rule], sample.replace("'", "’").replace(" ", "\n"), heard(RULES[rule]))


@pytest.mark.parametrize(("rule", "sample"), HARMLESS)
def test_harmless_samples_are_not(rule: str, sample: str) -> None:
    assert not broken(RULES[rule], sample, heard(RULES[rule]))


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_where_a_rule_looks_and_what_may_be_confirmed(rule: Rule) -> None:
    sample = next(entry["must_match"][0] for entry in ENTRIES if entry["id"] == rule.id)
    of_replies = rule.level.startswith("supporter_reply")
    assert [bool(broken(rule, sample, tag)) for tag in (None, "good", "poor", "myth")] == [
        not of_replies,
        True,
        False,
        False,
    ]
    assert bool(broken(rule, sample, "good", (rule.id,))) is rule.level.endswith("block")


def test_a_direct_question_about_suicide_is_never_flagged() -> None:
    text = "Are you thinking about suicide? Are you having thoughts of suicide?"
    assert not unsafe([Prose("f", 1, text, text, "good")], list(RULES.values()))


PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=https://evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='javascript:alert(1)'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' &#106;avascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='//evil.example' onclick='alert(1)'>x</a>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<style>@import 'javascript:alert(1)'</style>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='https://evil.example/'>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<div class='says' onmouseover='alert(1)'>x</div>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<math><style><img src=x onerror=alert(1)></style></math>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:alert(1))",
    "[x](//evil.example/)",
    "[x](</\\evil.example>)",
    '[x](https://ok.example "onmouseover=\'alert(1)")',
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![" onerror="alert(1)](x.png)',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "::: good\n<script>alert(1)</script>\n:::",
    "::: good onclick=alert(1)\nx\n:::",
    "```html\n<script>alert(1)</script>\n```",
    "# <img src=x onerror=alert(1)>",
    "`<script>alert(1)</script>`",
]
PLAIN = {"p", "br", "hr", "strong", "em", "ul", "li", "blockquote", "code", "pre"}
ALLOWED = {
    "a": {"href", "rel"},
    "img": {"src", "alt"},
    "div": {"class"},
    "ol": {"start"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
}


class Strict(HTMLParser):
    """Fails on any tag, attribute or address that the page must not have."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in PLAIN or {name for name, _ in attrs} <= ALLOWED[tag]
        assert tag not in PLAIN or not attrs
        for name, value in attrs:
            if name in ("href", "src"):
                assert re.match(r"https://|mailto:|tel:|(?![a-z]+:)[\w#.]", value or "", re.IGNORECASE), value


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_runs_comes_through(payload: str) -> None:
    for html in (render(payload, {}), render(f"Some words\n\n{payload}\n\nmore", {}), clean(payload)):
        Strict().feed(html)


def test_the_boxes_links_and_headings_that_a_step_may_have() -> None:
    body = (
        "## Say it\n\n::: good\n“Hi”\n:::\n\n::: myth\nNo\n:::\n\n::: note\nNow\n:::\n\n"
        "[on](b.md#say-it) [up](#say-it)"
    )
    assert render(body, {"b.md": "../2/"}) == (
        '<h2 id="part-say-it">Say it</h2>\n'
        '<div class="says">\n<p>“Hi”</p>\n</div>\n'
        '<div class="tell look">\n<strong class="who">You may think</strong>\n<p>No</p>\n</div>\n'
        '<div class="note">\n<p>Now</p>\n</div>\n'
        '<p><a href="../2/#part-say-it" rel="noreferrer">on</a> '
        '<a href="#part-say-it" rel="noreferrer">up</a></p>'
    )
