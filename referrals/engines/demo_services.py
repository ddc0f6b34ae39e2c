"""Made-up services of the made-up school: three sites, different hours, numbers that reach nobody.

The numbers are those that the Australian authority keeps free for films and plays. Sites go by name.
"""

from collections.abc import Iterable
from typing import Final

from referrals.engines.hours import Hours, Span
from referrals.engines.services import Channel, ChannelType, Service, TellsSchool

BAY: Final = "Kestrel Bay"
MARLOW: Final = "Marlow Base"
TARRIN: Final = "Tarrin Rural"
ZONE: Final = "Australia/Sydney"
WEEKDAYS: Final = range(5)
EVERY_DAY: Final = range(7)
ALWAYS: Final = Hours(ZONE, always=True)


def _hours(days: Iterable[int], opens: float, closes: float, *, holidays: bool = False) -> Hours:
    spans = tuple(Span(day, round(opens * 60), round(closes * 60)) for day in days)
    return Hours(ZONE, spans=spans, holidays="AU-NSW" if holidays else "")


OFFICE: Final = _hours(WEEKDAYS, 9, 17, holidays=True)
NIGHTS: Final = Hours(
    ZONE,
    spans=(
        *(Span(day, 1020, 1980) for day in range(4)),  # 5 pm to 9 am
        Span(4, 1020, 2460),
        Span(5, 1020, 2460),
        Span(6, 1020, 1980),
    ),
)


def _ways(**ways: str) -> tuple[Channel, ...]:
    """In the order given; a type that is there twice is written with a number behind."""
    types: dict[str, ChannelType] = {
        "phone": "phone",
        "text": "text",
        "chat": "chat",
        "email": "email",
        "place": "place",
    }
    return tuple(Channel(types[name], value) for name, value in ways.items())


def _service(
    name: str,
    short: str,
    what_for: str,
    about: Iterable[str],
    channels: tuple[Channel, ...],
    hours: Hours,
    *,
    at: str = "",
    only: str = "",
    friends: bool = False,
    crisis: bool = False,
    tells: TellsSchool = "no",
) -> Service:
    return Service(
        key=name,
        name=name,
        short=short,
        what_for=what_for,
        for_whom=f"For students at {only}." if only else "",
        about=frozenset(about),
        channels=channels,
        hours=hours,
        cost="free",
        crisis=crisis,
        worried_friends=friends,
        tells_school=tells,
        sites=frozenset({at} if at else ()),
        serves_sites=frozenset({only} if only else ()),
        confirmed=True,
        source="Made up for the demo.",
    )


def _site_services(site: str, last: int) -> list[Service]:
    """What each site has for itself: the number inside the hospital, and the people at the gate."""
    return [
        _service(
            f"{site} hospital emergency",
            f"Inside {site}",
            "Danger to anyone inside the hospital.",
            {"hospital_emergency"},
            _ways(phone=f"02 5550 00{last}2"),
            ALWAYS,
            at=site,
            only=site,
            tells="unknown",
        ),
        _service(
            f"{site} security",
            f"{site} gate",
            "Walks you to your car. Comes when somebody threatens you.",
            {"security", "safer_community"},
            _ways(phone=f"02 5550 00{last}3", place=f"Main gate, {site}"),
            ALWAYS,
            at=site,
            only=site,
            tells="unknown",
        ),
    ]


DEMO_SERVICES: Final = (
    _service(
        "Kestrel Bay Night Line",
        "Night Line",
        "A trained person to talk with while the offices are closed.",
        {"after_hours", "feeling", "students_line"},
        _ways(phone="1800 975 707", text="0491 570 006"),
        NIGHTS,
        friends=True,
        crisis=True,
    ),
    _service(
        "Campus Counselling",
        "Campus rooms",
        "Somebody to talk with, one to one. A first talk within two days.",
        {"counselling", "feeling"},
        _ways(
            phone="02 5550 0101", place="Level 2, Bay House, Kestrel Bay", email="talk@kestrel-bay.example"
        ),
        OFFICE,
        at=BAY,
        friends=True,
    ),
    _service(
        "Harbour Street Talking Rooms",
        "Harbour Street",
        "Talk with somebody who works for no hospital and no school. Walk in.",
        {"counselling", "feeling", "students_line"},
        _ways(phone="02 5550 0102", place="14 Harbour Street, in town", text="0491 570 156"),
        _hours(EVERY_DAY, 10, 22),
        friends=True,
    ),
    _service(
        "Marlow Talking Room",
        "Marlow room",
        "A counsellor who comes to Marlow two days a week.",
        {"counselling", "feeling"},
        _ways(phone="02 5550 0103", place="Room 4, Education Centre, Marlow Base"),
        _hours((1, 3), 12, 19, holidays=True),
        at=MARLOW,
        only=MARLOW,
    ),
    _service(
        "Tarrin Visiting Counsellor",
        "Tarrin visits",
        "A counsellor in Tarrin on Wednesdays, by video on other days.",
        {"counselling", "feeling"},
        _ways(
            phone="02 5550 0104", place="Community Hall, Tarrin", chat="https://tarrin.kestrel-bay.example/"
        ),
        _hours(WEEKDAYS, 8, 16, holidays=True),
        only=TARRIN,
    ),
    _service(
        "Study Desk",
        "Study Desk",
        "Plans for exams, time away, catching up after illness.",
        {"studying"},
        _ways(
            phone="02 5550 0105",
            place="Library, ground floor, Kestrel Bay",
            chat="https://desk.kestrel-bay.example/",
        ),
        _hours(WEEKDAYS, 8.5, 19, holidays=True),
        at=BAY,
        tells="yes",
    ),
    _service(
        "Night Study Chat",
        "Study chat",
        "Tutors who answer in the evening, at weekends too.",
        {"studying"},
        _ways(chat="https://nightstudy.kestrel-bay.example/", text="0491 570 157", phone="1800 975 708"),
        _hours(EVERY_DAY, 17, 25),
    ),
    _service(
        "Town Library Study Room",
        "Town library",
        "A quiet room and a tutor, away from the hospital.",
        {"studying"},
        _ways(place="2 Mill Lane, in town", phone="02 5550 0106"),
        _hours(EVERY_DAY, 9, 21),
    ),
    _service(
        "Money and Housing Desk",
        "Money desk",
        "Rent, hardship money, emergency loans, visa letters.",
        {"money_visa"},
        _ways(
            phone="02 5550 0107", place="Bay House, Kestrel Bay", chat="https://money.kestrel-bay.example/"
        ),
        OFFICE,
        at=BAY,
        tells="yes",
    ),
    _service(
        "Open Door Money Line",
        "Open Door",
        "Money, housing and visa questions, from people outside the school.",
        {"money_visa"},
        _ways(phone="1800 975 709", text="0491 570 158", place="31 Ferry Road, in town"),
        _hours(EVERY_DAY, 8, 22),
    ),
    _service(
        "Students’ Doctor",
        "Bay doctors",
        "A doctor on campus. Book for the same day.",
        {"health", "alcohol_drugs"},
        _ways(phone="02 5550 0108", place="Bay House, Kestrel Bay"),
        _hours(WEEKDAYS, 8, 18, holidays=True),
        at=BAY,
    ),
    _service(
        "Ferry Road Doctors",
        "Ferry Road",
        "Doctors in town who do not teach. Walk in, or text for a time.",
        {"health", "alcohol_drugs"},
        _ways(phone="02 5550 0109", place="40 Ferry Road, in town", text="0491 570 159"),
        _hours(EVERY_DAY, 7, 23),
    ),
    _service(
        "Tarrin Nurse Line",
        "Tarrin nurse",
        "A nurse who knows who is where in Tarrin tonight.",
        {"health"},
        _ways(phone="02 5550 0110", text="0491 570 110"),
        ALWAYS,
        only=TARRIN,
    ),
    _service(
        "Clear Water Line",
        "Clear Water",
        "About alcohol and other drugs, yours or a friend’s. No names.",
        {"alcohol_drugs", "health"},
        _ways(phone="1800 975 710", text="0491 570 313", place="12 Ferry Road, in town"),
        ALWAYS,
        friends=True,
    ),
    _service(
        "Rowan House",
        "Rowan House",
        "For anybody who was touched, followed or hurt against their will. A person comes with you.",
        {"sexual_harm", "safer_community"},
        _ways(phone="1800 975 711", place="9 Rowan Street, in town", text="0491 570 737"),
        ALWAYS,
        friends=True,
        crisis=True,
    ),
    _service(
        "Safer Campus Office",
        "Safer Campus",
        "Harassment, stalking, threats. You decide what is reported.",
        {"safer_community", "complaints"},
        _ways(phone="02 5550 0111", place="Bay House, Kestrel Bay", email="safer@kestrel-bay.example"),
        OFFICE,
        at=BAY,
        tells="yes",
    ),
    _service(
        "Students’ Advocates",
        "Advocates",
        "On your side with complaints, bullying and decisions about your course. Not part of the school.",
        {"complaints"},
        _ways(phone="02 5550 0112", text="0491 571 266", place="5 Mill Lane, in town"),
        _hours(EVERY_DAY, 9, 20),
    ),
    _service(
        "Speak Up Line",
        "Speak Up",
        "Bullying on a ward, at any hour. You choose what is written down.",
        {"complaints"},
        _ways(phone="0491 572 549", text="0491 572 549"),
        ALWAYS,
    ),
    _service(
        "Coast Ombudsman",
        "Ombudsman",
        "Looks at decisions when the school has said its last word.",
        {"ombudsman", "complaints"},
        _ways(phone="1800 160 401", email="office@ombudsman.example"),
        _hours(WEEKDAYS, 10, 16, holidays=True),
    ),
    _service(
        "Yarning Circle",
        "The Circle",
        "Aboriginal and Torres Strait Islander students, with an Elder.",
        {"identity_culture", "feeling"},
        _ways(phone="02 5550 0113", place="The Shed, 20 River Street"),
        _hours((1, 3, 6), 14, 20),
        friends=True,
    ),
    _service(
        "Under 18 Contact",
        "Bay contact",
        "The person who looks after students under 18.",
        {"under_18"},
        _ways(phone="0491 571 491", email="contact@kestrel-bay.example"),
        ALWAYS,
        tells="yes",
    ),
    _service(
        "River Street Night Room",
        "Night Room",
        "Warm, open, somebody to sit with. No appointment, no names.",
        {"feeling"},
        _ways(place="22 River Street, in town", phone="02 5550 0114"),
        _hours(EVERY_DAY, 20, 32),
        friends=True,
    ),
    *_site_services(BAY, 1),
    *_site_services(MARLOW, 2),
    *_site_services(TARRIN, 3),
)
