"""How hard a text is to read, and how long it takes."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

WORDS_A_MINUTE: Final = 180
SECONDS_A_CHECK: Final = 20
SECONDS_A_REFLECTION: Final = 30

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_COUNTED = re.compile(r"\w+(?:['’.:/-]\w+)*")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?:\s+|$)")
_VOWELS = re.compile(r"[aeiouyàáâäåæèéêëìíîïòóôöøùúûüý]+")
_TWO_BEATS = re.compile(
    r"(?<![tcsgx])i[aou]|[eouy]ing|iety|uiet|scien|clien|[^p]eo(?!u)|(?<!q)ua[lt]|[rd]ea$|crea[^ms]"
)
_SILENT_END = re.compile(r"[^aeiouyl]e$|[aeiouy]le$|[^aeioutdy]ed$|[^aeiouyscgzxh]es$|[^cs]hes$")
_SILENT_MIDDLE = re.compile(
    r"^eve(?=ry|ning)|^busi(?=ness)"
    r"|(?<=[aeiouy])[^aeiouy]e(?=(?:ly|ful|less|ment|ness|times?|thing|one|body|where|work)s?$)"
)
_ALWAYS_CAPITAL = frozenset({"i", "i'm", "i've", "i'd", "i'll"})


def seconds_for(words: int, kind: str) -> int:
    """Reading at 180 words a minute, plus 20 s to answer a check and 30 s to stay with a reflection."""
    extra = {"check": SECONDS_A_CHECK, "reflection": SECONDS_A_REFLECTION}.get(kind, 0)
    return round(words * 60 / WORDS_A_MINUTE) + extra


def count_words(text: str) -> int:
    return len(_COUNTED.findall(text))


def syllables(word: str) -> int:
    """Beats in an English word, told from its letters: right for common words, seldom off by two."""
    letters, _, ending = word.lower().partition("'")
    beats = len(_VOWELS.findall(letters)) + len(_TWO_BEATS.findall(letters))
    beats -= len(_SILENT_MIDDLE.findall(letters)) + bool(_SILENT_END.search(letters))
    swallowed = ending == "t" and letters.endswith(("sn", "dn"))
    return max(1, beats) + swallowed


def grade(blocks: Iterable[str], glossary: AbstractSet[str] = frozenset()) -> float:
    """Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59; 0.0 without words.

    A block (paragraph, list item, answer) is at least one sentence. Left out: numbers, the glossary's words
    in any case, and names, that is words with a capital inside a sentence that never stand without one.
    """
    straight = (block.replace("’", "'") for block in blocks)
    sentences = [_WORD.findall(sentence) for block in straight for sentence in _SENTENCE_END.split(block)]
    out = _names(sentences) | {word.lower() for word in glossary}
    kept = [[word for word in words if word.lower() not in out] for words in sentences]
    kept = [words for words in kept if words]
    count = sum(map(len, kept))
    if not count:
        return 0.0
    beats = sum(syllables(word) for words in kept for word in words)
    return 0.39 * count / len(kept) + 11.8 * beats / count - 15.59


def _names(sentences: list[list[str]]) -> set[str]:
    small = {word for words in sentences for word in words if word[0].islower()}
    inside = {word.lower() for words in sentences for word in words[1:] if word[0].isupper()}
    return inside - small - _ALWAYS_CAPITAL
