"""The three questions of the finder as pages: where somebody stands, and what each tap leads to.

Answers travel in the address as one letter and one sign each, which tell nobody anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from referrals.engines.finder_questions import ABOUT, NOT_SURE, Question, Soon, Way

SOON_SAYS: Mapping[Soon, tuple[str, str]] = {
    Soon.DANGER: ("Somebody is in danger", "You, or anyone else. No more questions"),
    Soon.NOW: ("Now", ""),
    Soon.TONIGHT: ("Later today, or tonight", ""),
    Soon.WEEK: ("In the next few days", ""),
}
WAY_SAYS: Mapping[Way, str] = {
    Way.RING: "Ring somebody",
    Way.TEXT: "Text or chat",
    Way.IN_PERSON: "Go and see somebody",
    Way.ANY: "It does not matter",
}
AWAY = "Not where I train"
YES = "y"
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
ASKED = ("How soon do you need somebody?", "What is it about?", "Which way suits you?")


def sign_of(uuid: str) -> str:
    """A site in an address: a few letters of its uuid, enough to tell a school's sites apart."""
    return uuid[:4].translate(_LETTERS)


@dataclass(frozen=True)
class Pick:
    says: str
    query: str
    more: str = ""
    current: bool = False


@dataclass(frozen=True)
class Echo:
    """An answer given, and where to give another."""

    says: str
    query: str


@dataclass(frozen=True)
class Trail:
    """The answers so far. `sites` are the names of teaching sites by their signs in the address."""

    soon: Soon | None = None
    about: str = ""
    way: Way | None = None
    avoid: bool = False
    site: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str], sites: Mapping[str, str]) -> "Trail":
        """What nobody could have tapped counts as not answered."""
        soon, about, way, site = (given.get(letter, "") for letter in "abcs")
        return cls(
            soon=Soon(soon) if soon in set(Soon) else None,
            about=about if about in ABOUT else "",
            way=Way(way) if way in set(Way) else None,
            avoid=given.get("d") == YES and bool(sites),
            site=site if site in sites else "",
        )

    @property
    def query(self) -> str:
        signs = {
            "a": self.soon.value if self.soon else "",
            "b": self.about,
            "c": self.way.value if self.way else "",
            "d": YES if self.avoid else "",
            "s": self.site,
        }
        return "?" + urlencode({letter: sign for letter, sign in signs.items() if sign})

    @property
    def open_question(self) -> int | None:
        """The question to ask next; None when there is enough for an answer."""
        if self.soon is None:
            return 0
        if self.soon is Soon.DANGER:
            return None
        if not self.about:
            return 1
        return 2 if self.way is None else None

    def question(self, sites: Mapping[str, str]) -> Question:
        """`sites` gives the uuid of a site by its sign."""
        return Question(
            soon=self.soon or Soon.NOW,
            about=self.about or NOT_SURE,
            way=self.way or Way.ANY,
            avoid=self.avoid,
            site=sites.get(self.site, ""),
        )

    def picks(self, *, has_sites: bool) -> list[Pick]:
        """What can be tapped at the open question; the last one is for whoever is not sure."""
        if self.soon is None:
            return [
                Pick(says, replace(self, soon=soon).query, more) for soon, (says, more) in SOON_SAYS.items()
            ]
        if not self.about:
            return [
                Pick(worry.says, replace(self, about=code).query, worry.more) for code, worry in ABOUT.items()
            ]
        picks = [
            Pick(WAY_SAYS[way], replace(self, way=way).query) for way in (Way.RING, Way.TEXT, Way.IN_PERSON)
        ]
        if has_sites:
            picks += [
                Pick("See somebody, but not where I train", self._away(Way.IN_PERSON)),
                Pick("Any way, but not where I train", self._away(Way.ANY)),
            ]
        return [*picks, Pick(WAY_SAYS[Way.ANY], replace(self, way=Way.ANY).query)]

    def _away(self, way: Way) -> str:
        return replace(self, way=way, avoid=True).query

    def echoes(self) -> list[Echo]:
        found = []
        if self.soon is not None:
            found.append(Echo(SOON_SAYS[self.soon][0], replace(self, soon=None).query))
        if self.soon is Soon.DANGER:
            return found
        if self.about:
            found.append(Echo(ABOUT[self.about].says, replace(self, about="").query))
        if self.way is not None:
            found.append(Echo(WAY_SAYS[self.way], replace(self, way=None, avoid=False).query))
        return found

    def away(self) -> Pick:
        return Pick(AWAY, replace(self, avoid=not self.avoid).query, current=self.avoid)

    def places(self, names: Mapping[str, str]) -> list[Pick]:
        """Any site, or one: what is asked last, and only of whoever wants to say."""
        anywhere = Pick("Anywhere", replace(self, site="").query, current=not self.site)
        return [
            anywhere,
            *(
                Pick(name, replace(self, site=sign).query, current=sign == self.site)
                for sign, name in names.items()
            ),
        ]
