"""A school's weeks in which anything may happen, and what its people should hear in them; no test in here.

`expected` walks day by day with plain Python over plain facts. It shares no code with the product.
"""

import random
from dataclasses import dataclass
from datetime import date, time, timedelta

ZONES = (
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "UTC",
)
# Changes happen at seven and at noon; the sender looks before eight, just after, and twice in the afternoon.
SEVEN, NOON = time(7), time(12)
LOOKS = (time(7, 30), time(8, 5), time(12, 30), time(18, 0))
HAND = time(12, 10)
QUIET = (
    None,  # nothing chosen: 21:00 to 08:00
    (time(0), time(0)),
    (time(22), time(11)),
    (time(6), time(17)),
    (time(20), time(9, 30)),
)
LEVELS, SITES = (1, 2), (0, 1)
LENGTH = 45

Moment = tuple[int, time]
NEVER: Moment = (9999, SEVEN)


@dataclass
class Asked:
    """A module asked of a track or one year level, from a moment on, by a day that may move."""

    module: int
    track: str
    level: int | None
    since: Moment
    days: list[tuple[Moment, int]]
    dropped: Moment


@dataclass
class Person:
    level: int
    site: int
    quiet: tuple[time, time] | None
    supporter: bool
    joins: Moment
    leaves_school: Moment
    closed: Moment
    done: dict[int, Moment]
    more_time: dict[int, tuple[Moment, int]]
    away: list[tuple[Moment, int, int]]  # when it was entered, the first day and the last
    paused: tuple[Moment, Moment] | None


@dataclass
class Hold:
    """`reach` with whom it reaches: a person's, a level's or a site's number; from a moment until another."""

    reach: str
    whom: int
    start: Moment
    end: Moment


@dataclass
class History:
    zone: str
    first: date
    asked: list[Asked]
    people: list[Person]
    holds: list[Hold]
    by_hand: set[int]
    no_sender: set[Moment]

    def day(self, number: int) -> date:
        return self.first + timedelta(days=number)


class Chance:
    """What may happen, drawn from a seed: the same seed gives the same history."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def sometimes(self, share: float) -> bool:
        return self.draw.random() < share

    def moment(self, first: int = 0, last: int = LENGTH) -> Moment:
        return self.draw.randint(first, last), self.draw.choice((SEVEN, NOON))

    def rarely(self, share: float) -> Moment:
        return self.moment() if self.sometimes(share) else NEVER

    def asked(self, module: int, track: str, level: int | None) -> Asked:
        since = (0, SEVEN) if self.sometimes(0.7) else self.moment()
        days = [(since, self.draw.randint(0, LENGTH))]
        if self.sometimes(0.3):
            days.append((self.moment(since[0] + 1, LENGTH + 1), self.draw.randint(0, LENGTH)))
        return Asked(module, track, level, since, days, max(self.rarely(0.1), (since[0] + 1, NOON)))

    def person(self) -> Person:
        joins = self.moment() if self.sometimes(0.1) else (-60, SEVEN)
        first = self.moment()
        return Person(
            level=self.draw.choice(LEVELS),
            site=self.draw.choice(SITES),
            quiet=self.draw.choice(QUIET) if self.sometimes(0.5) else None,
            supporter=self.sometimes(0.2),
            joins=joins,
            leaves_school=max(self.rarely(0.1), joins),
            closed=self.rarely(0.05),
            done={module: self.moment(-5) for module in range(4) if self.sometimes(0.4)},
            more_time={
                number: (self.moment(), self.draw.randint(0, LENGTH + 20))
                for number in range(4)
                if self.sometimes(0.15)
            },
            away=self.away(),
            paused=(first, max(self.moment(), first)) if self.sometimes(0.15) else None,
        )

    def away(self) -> list[tuple[Moment, int, int]]:
        """Time away, entered before or after it begins; no two begin on one day."""
        starts = {self.draw.randint(-10, LENGTH) for _ in range(self.draw.choice((0, 0, 0, 0, 1, 2)))}
        return [(self.moment(-5), start, start + self.draw.randint(0, 20)) for start in sorted(starts)]

    def holds(self, people: int) -> list[Hold]:
        found: dict[tuple[str, int], Hold] = {}
        for _ in range(self.draw.choice((0, 1, 2, 3))):
            reach = self.draw.choice(("person", "person", "level", "site", "program"))
            whom = {"person": self.draw.randrange(people), "level": self.draw.choice(LEVELS), "program": 0}
            start = self.moment()
            end = max((start[0] + self.draw.randint(0, 9), NOON), start)
            number = whom.get(reach, self.draw.choice(SITES))
            found[reach, number] = Hold(reach, number, start, end)
        return list(found.values())


def make_history(seed: int, people: int) -> History:
    chance = Chance(seed)
    return History(
        zone=chance.draw.choice(ZONES),
        # Each spring and autumn of these years lies within reach, with its change of the clocks.
        first=date(2026, 1, 1) + timedelta(days=chance.draw.randint(0, 3 * 365)),
        asked=[
            chance.asked(0, "core", None),
            chance.asked(1, "core", None),
            chance.asked(1, "core", chance.draw.choice(LEVELS)),
            chance.asked(2, "core", chance.draw.choice(LEVELS)),
            chance.asked(3, "supporter", None),
        ],
        people=[chance.person() for _ in range(people)],
        holds=chance.holds(people),
        by_hand={chance.draw.randint(0, LENGTH) for _ in range(chance.draw.choice((0, 1, 2)))},
        no_sender={(chance.draw.randint(0, LENGTH), chance.draw.choice(LOOKS)) for _ in range(5)},
    )


# ---------------------------------------------------------------- what should be heard

Message = tuple[int, int, tuple[int, ...]]  # who, on which day, the days by which something is to be done


def expected(history: History) -> list[Message]:
    walk = Walk(history)
    for day in range(LENGTH):
        walk.one_day(day)
    return walk.heard


class Walk:
    """What has been heard so far, and what waits to be sent."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.heard: list[Message] = []
        self.waiting: dict[int, tuple[int, bool]] = {}  # for which day, and whether asked for by hand
        self.told: dict[int, set[int]] = {who: set() for who in range(len(history.people))}
        self.tried: set[tuple[int, int]] = set()

    def one_day(self, day: int) -> None:
        looked_through = False
        for at in sorted((*LOOKS, HAND)):
            now = (day, at)
            if at == HAND:
                if day in self.history.by_hand:
                    self.write(now, by_hand=True)
                continue
            if now in self.history.no_sender:
                continue
            if at >= time(8) and not looked_through:
                looked_through = True
                self.write(now, by_hand=False)
            self.send(now)

    def write(self, now: Moment, *, by_hand: bool) -> None:
        reason = _soon if by_hand else _called
        for who in self.told:
            if _open(self.history, who, now, self.told) and reason(self.history, who, now):
                if (who, now[0]) in self.tried:
                    continue
                self.tried.add((who, now[0]))
                self.told[who].add(now[0])
                self.waiting[who] = now[0], by_hand

    def send(self, now: Moment) -> None:
        for who, (for_day, by_hand) in list(self.waiting.items()):
            named = _delivered(self.history, who, now, for_day, by_hand)
            if named is None:
                continue
            del self.waiting[who]
            if named:
                self.heard.append((who, now[0], named))
                self.told[who].add(now[0])
            else:
                self.told[who].discard(for_day)


def _delivered(
    history: History, who: int, now: Moment, for_day: int, by_hand: bool
) -> tuple[int, ...] | None:
    """The days that are named, none at all when it is dropped; None while it waits."""
    person = history.people[who]
    if now[0] > for_day and now[1] >= (time(12, 10) if by_hand else time(8)):
        return ()  # a day old
    if _held(history, who, now, now) or now >= person.closed or _paused(person, now):
        return ()
    if _asleep(person, now[1]) and _there(person, now):
        return None
    if not _there(person, now) or _away(person, now):
        return ()
    soon = _soon(history, who, now)
    reasons = {14, 13, 12, 3, 0, -7, -14, -21, -28}
    if not by_hand and not any(due - for_day in reasons for due in soon):
        return ()
    return tuple(sorted(soon))


def _asleep(person: Person, clock: time) -> bool:
    start, end = person.quiet or (time(21), time(8))
    if start < end:
        return start <= clock < end
    return start != end and (clock >= start or clock < end)


def _there(person: Person, now: Moment) -> bool:
    return person.joins <= now < person.leaves_school and now < person.closed


def _paused(person: Person, now: Moment) -> bool:
    return person.paused is not None and person.paused[0] <= now < person.paused[1]


def _away(person: Person, now: Moment) -> bool:
    return any(entered <= now and first <= now[0] <= last for entered, first, last in person.away)


def _held(history: History, who: int, now: Moment, since: Moment) -> bool:
    person = history.people[who]
    if not _there(person, now):
        return False
    whom = {"person": who, "level": person.level, "site": person.site, "program": 0}
    return any(
        hold.whom == whom[hold.reach] and hold.start <= now and hold.end > since for hold in history.holds
    )


def _open(history: History, who: int, now: Moment, told: dict[int, set[int]]) -> bool:
    person = history.people[who]
    if not _there(person, now) or _away(person, now) or _paused(person, now):
        return False
    if _held(history, who, now, now):
        return False
    return not any(now[0] - day in {0, 1, 2} for day in told[who])


def _called(history: History, who: int, now: Moment) -> bool:
    for due in _left(history, who, now):
        ahead = due - now[0]
        if ahead in {14, 3, 0, -7, -14, -21, -28}:
            return True
        if ahead in {13, 12} and not _held(history, who, now, (now[0] - 2, now[1])):
            return True
    return False


def _soon(history: History, who: int, now: Moment) -> list[int]:
    return [due for due in _left(history, who, now) if due <= now[0] + 14]


def _left(history: History, who: int, now: Moment) -> list[int]:
    """The days that count, for all that this person has not done."""
    person, found = history.people[who], []
    standing = [
        (number, asked)
        for number, asked in enumerate(history.asked)
        if asked.since <= now < asked.dropped
        and (asked.track == "core" or person.supporter)
        and asked.level in {None, person.level}
    ]
    for number, asked in standing:
        closer = any(
            other.module == asked.module and other.level is not None and asked.level is None
            for _, other in standing
        )
        if closer or person.done.get(asked.module, NEVER) <= now:
            continue
        day = [day for since, day in asked.days if since <= now][-1]
        given, more = person.more_time.get(number, (NEVER, 0))
        if asked.track == "core" and given <= now and given >= asked.since:
            day = max(day, more)
        leaves = [
            last + 14
            for entered, first, last in person.away
            if asked.track == "core" and entered <= now and first <= day
        ]
        found.append(max([day, *leaves]))
    return found
