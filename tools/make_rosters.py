"""Write the synthetic rosters of `fixtures/rosters`: `python -m tools.make_rosters [folder]`.

Seeded, and by the standard library alone, so that the same files come out everywhere.  What is chosen
by hand lies beside it in `tools/rosters`: the offices, the lines of business, and the people whom
walk-throughs rely on (`fixtures/rosters/README.md` lists them).  Everybody is invented: people bear
names of plants and minerals, NPIs begin with 2 (a range not issued to our knowledge), telephone
numbers are 555-01xx, and member IDs have prefixes made up for this purpose.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from members.npi import check_digit
from members.rosters.layouts import LAYOUTS

SEED = 20210701
CHOSEN = Path(__file__).parent / "rosters"
FIRST_NAMES = (CHOSEN / "first_names.txt").read_text(encoding="utf-8").split()
LAST_NAMES = (CHOSEN / "last_names.txt").read_text(encoding="utf-8").split()
#: Prescriber type -> share in a hundred, taxonomies with their specialty (NUCC Provider Taxonomy).
PRESCRIBERS = {
    "physician": (72, (("207RH0003X", "Hematology & Oncology"), ("207RX0202X", "Medical Oncology"))),
    "physician_assistant": (10, (("363AM0700X", "Physician Assistant, Medical"),)),
    "nurse_practitioner": (12, (("363LA2200X", "Nurse Practitioner, Adult Health"),)),
    "other": (
        6,
        (("1835X0200X", "Oncology Pharmacist"), ("364SX0200X", "Oncology Clinical Nurse Specialist")),
    ),
}
#: Plan -> its own state; a provider elsewhere is out of area there, unless chosen otherwise.
HOME_STATES = {"BCBSNC": "NC", "BCBSMA": "MA", "BCBSM": "MI"}
PARTICIPATION_STARTS = date(2015, 1, 1)

Record = dict[str, str]


def main(folder: Path) -> None:
    """Write the five files."""
    chance = random.Random(SEED)
    offices = list(_chosen("offices"))
    providers, participations = _providers(offices, chance)
    _write(folder, "practices", [_practice(number, office) for number, office in enumerate(offices)])
    _write(folder, "sites", list(_sites(offices)))
    _write(folder, "providers", providers)
    _write(folder, "participations", participations)
    _write(folder, "members", [*_chosen("demo_members"), *_members(chance)])


def _chosen(name: str) -> Iterator[Record]:
    with (CHOSEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _write(folder: Path, kind: str, records: list[Record]) -> None:
    columns = [column.name for column in LAYOUTS[kind].columns]
    with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def _phone(number: int) -> str:
    """A number of the block set aside for fiction."""
    return f"{('617', '919', '734', '603', '859')[number % 5]}-555-{100 + number % 100:04}"


# --- Offices --------------------------------------------------------------------------------------


def _practice(number: int, office: Record) -> Record:
    return {**{key: office[key] for key in ("practice_code", "name", "kind")}, "phone": _phone(number)}


def _sites(offices: list[Record]) -> Iterator[Record]:
    """One site a town."""
    for number, office in enumerate(offices):
        kind = "office"
        if office["kind"] == "facility":
            kind = "hospital" if "Hospital" in office["name"] else "infusion"
        for index, town in enumerate(office["towns"].split(";"), start=1):
            city, state, zip_code = town.split(" / ")
            yield {
                "site_code": f"{office['practice_code']}-{index}",
                "practice_code": office["practice_code"],
                "name": office["name"] if index == 1 else f"{office['name']}, {city}",
                "kind": kind,
                "street": f"{100 + 7 * number + index} Sample Street",
                "city": city,
                "state": state,
                "zip": zip_code,
                "phone": _phone(number + 10 * index),
            }


# --- Providers ------------------------------------------------------------------------------------


def _providers(offices: list[Record], chance: random.Random) -> tuple[list[Record], list[Record]]:
    """Providers, the chosen ones first, and in which networks they are."""
    by_code = {office["practice_code"]: office for office in offices}
    providers: list[Record] = []
    participations: list[Record] = []
    for chosen in _chosen("demo_providers"):
        office = by_code[chosen["practice_code"]]
        provider = _provider(len(providers), office, chosen["prescriber_type"], 0)
        provider |= {"first_name": chosen["first_name"], "last_name": chosen["last_name"]}
        providers.append(provider)
        networks = dict(pair.split("=") for pair in chosen["networks"].split(";") if pair)
        participations += [_participation(provider, plan, network) for plan, network in networks.items()]
    for office in offices:
        for _ in range(int(office["providers"] or 0)):
            kinds = list(PRESCRIBERS)
            kind = chance.choices(kinds, [PRESCRIBERS[k][0] for k in kinds])[0]
            provider = _provider(len(providers), office, kind, chance.randrange(2))
            provider |= {"first_name": chance.choice(FIRST_NAMES), "last_name": chance.choice(LAST_NAMES)}
            providers.append(provider)
            participations += _participations(provider, chance)
    return providers, participations


def _provider(number: int, office: Record, kind: str, choice: int) -> Record:
    taxonomies = PRESCRIBERS[kind][1]
    taxonomy, specialty = taxonomies[choice % len(taxonomies)]
    nine = f"2{10000000 + 7 * number}"
    return {
        "npi": nine + check_digit(nine),
        "prescriber_type": kind,
        "taxonomy": taxonomy,
        "specialty": specialty,
        "state": office["towns"].split(" / ")[1],
        "practice_codes": office["practice_code"],
    }


def _participations(provider: Record, chance: random.Random) -> Iterator[Record]:
    """In network at home nine times in ten; elsewhere mostly out of area, at Michigan's plan often in."""
    for plan, home in HOME_STATES.items():
        roll = chance.random()
        if provider["state"] == home:
            yield _participation(provider, plan, "in" if roll < 0.9 else "out")
            if plan == "BCBSMA" and roll < 0.1:
                yield _participation(provider, plan, "out", line="NEHP")
        elif plan == "BCBSM" and roll < 0.6:
            yield _participation(provider, plan, "in", starts_on=date(2018, 1, 1))
        elif roll < 0.8:
            yield _participation(provider, plan, "bluecard")


def _participation(
    provider: Record, plan: str, network: str, *, line: str = "", starts_on: date = PARTICIPATION_STARTS
) -> Record:
    return {
        "npi": provider["npi"],
        "plan": plan,
        "line_of_business": line,
        "network": network,
        "starts_on": starts_on.isoformat(),
        "ends_on": "",
    }


# --- Members --------------------------------------------------------------------------------------


def _members(chance: random.Random) -> Iterator[Record]:
    """The members of every line; one in forty has two coverages one after the other."""
    number = 500000000
    for line in _chosen("lines"):
        for _ in range(int(line["members"])):
            number += chance.randrange(3, 40)
            yield from _member(line, f"{line['prefix']}{number}", chance)


def _member(line: Record, member_number: str, chance: random.Random) -> Iterator[Record]:
    group_number, _, group_name = chance.choice(line["groups"].split(";")).partition(" ")
    born_from, born_to = int(line["born_from"]), int(line["born_to"])
    # Four in a hundred are minors where the line insures children.
    if born_to > 2000 and chance.random() < 0.04:
        born_from, born_to = 2010, 2020
    born = date(born_from, 1, 1) + timedelta(days=chance.randrange(365 * (born_to - born_from + 1)))
    person = {
        "plan": line["plan"],
        "member_number": member_number,
        "first_name": chance.choice(FIRST_NAMES),
        "last_name": chance.choice(LAST_NAMES),
        "birth_date": born.isoformat(),
        "sex": chance.choices("FMX", (52, 46, 2))[0],
        "state": chance.choice(line["states"].split(";")),
        "line_of_business": line["line_of_business"],
        "group_number": group_number,
        "group_name": group_name,
        "pcp_state": chance.choice(line["pcp_states"].split(";")),
        "pbm_name": chance.choice(line["pbm_names"].split(";")),
    }
    for starts_on, ends_on in _coverages(born, chance):
        yield {**person, "coverage_starts_on": starts_on, "coverage_ends_on": ends_on}


def _coverages(born: date, chance: random.Random) -> Iterator[tuple[str, str]]:
    """First and last day: mostly since before 2021 and open; some ended, some to come, some with a gap."""
    since = max(date(chance.randrange(2008, 2021), chance.randrange(1, 13), 1), born).isoformat()
    roll = chance.random()
    if roll < 0.86:
        yield since, ""
    elif roll < 0.91:
        yield f"{chance.randrange(2021, 2026)}-{chance.randrange(1, 13):02}-01", ""
    elif roll < 0.96:
        yield since, f"{chance.randrange(2021, 2026)}-12-31"
    elif roll < 0.975:
        yield "2027-01-01", ""
    else:
        yield since, "2022-06-30"
        yield "2023-01-01", ""


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("fixtures/rosters"))
