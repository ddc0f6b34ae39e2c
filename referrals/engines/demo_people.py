"""Made-up students of a made-up school, as a roster file; the same seed gives the same file."""

import csv
import io
import random
from dataclasses import dataclass

GIVEN = """
Aaliyah Adam Aiko Alejandro Amara Amelia Anh Anika Arjun Astrid Ayaan Beatriz Ben Bronte Caleb
Camille Chiara Chloe Daniel Darcy Dina Eero Elena Eli Emeka Eva Farah Felix Finn Freya Georgia
Giulia Grace Hamish Hana Harriet Hugo Imogen Ines Isaac Jarrah Jasmine Jonas Josephine Kai Keira
Khalid Kiri Lachlan Layla Leo Linh Lucia Mahmoud Maia Malik Marta Matteo Mei Mila Nadia Nikhil Noah
Noor Oliver Olivia Omar Oscar Pania Petra Phoebe Quentin Rana Ravi Renee Rosa Ruby Sam Sana Sefa
Siobhán Sofia Tama Tara Theo Thomas Uma Victor Wei Willow Xanthe Yara Yusuf Zara Zoë
""".split()  # noqa: SIM905 - easier to read and to add to than a list
FAMILY = """
Abbott Acheampong Ahmadi Andersen Bailey Banerjee Baker Bianchi Brennan Byrne Campbell Castro Chan
Chowdhury Clarke Cooper Costa D’Souza Dalton Das Davies Diaz Doyle Edwards Eriksson Evans Faleolo
Fernando Fischer Foster Fraser Garcia Ghosh Graham Gupta Haddad Hall Hansen Harris Hassan Hoang
Hughes Ibrahim Ivanova Jackson Jensen Johansson Kaur Kelly Khan Kim King Kowalski Kumar Lam Larsen
Lee Lewis Lim Lopez Macdonald Mahmood Martin McCarthy Mehta Mitchell Morgan Müller Murphy Nair Ngata
Nguyen Novak O’Brien Okafor Olsen Osei Park Patel Pereira Pham Popescu Quinn Rahman Reid Rossi Ryan
Sato Schmidt Shah Silva Singh Smith Stewart Sullivan Tan Taylor Thapa Thompson Tran Tuala Turner Vo
Walker Wang Watson White Williams Wilson Wong Young Zhang
""".split()  # noqa: SIM905 - easier to read and to add to than a list
HEADERS = (
    "student_id",
    "email",
    "given_name",
    "family_name",
    "preferred_name",
    "year_level",
    "site",
    "graduation_year",
    "small_group",
    "stream",
)


@dataclass(frozen=True)
class Known:
    """A demo person who is a student too: their address, name and year level are fixed."""

    email: str
    given_name: str
    family_name: str
    year_level: int


def site_for(year_level: int, sites: tuple[str, ...], chance: random.Random) -> str:
    """The first two years sit at the first site; later ones spread over all, the last site being small."""
    if year_level <= 2 or len(sites) == 1:
        return sites[0]
    return chance.choices(sites, weights=[5, 3, 1][: len(sites)])[0]


def roster_csv(
    *,
    levels: dict[int, int],
    sites: tuple[str, ...],
    first_year: int,
    domain: str,
    known: tuple[Known, ...],
    seed: int,
) -> bytes:
    """A roster as UTF-8 CSV: `levels` says how many students each year level has, `known` people included.

    `first_year` is the calendar year that the program year starts in.
    """
    chance = random.Random(seed)  # noqa: S311 - the same people every time
    last = max(levels)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    number = 0
    for level, size in levels.items():
        people = [(one.email, one.given_name, one.family_name) for one in known if one.year_level == level]
        while len(people) < size:
            given, family = chance.choice(GIVEN), chance.choice(FAMILY)
            people.append((f"s{410000 + number + len(people)}@{domain}", given, family))
        for email, given, family in people:
            number += 1
            preferred = given[:3] if len(given) > 6 and chance.random() < 0.1 else ""
            site = site_for(level, sites, chance)
            writer.writerow(
                [
                    f"S{410000 + number}", email, given, family, preferred, level, site,
                    first_year + last - level, f"{level}{chance.choice('ABCDEFGH')}",
                    "Graduate" if chance.random() < 0.3 else "",
                ]
            )  # fmt: skip
    return out.getvalue().encode()
