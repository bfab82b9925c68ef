"""Invented relatives who are harder to tell apart than strangers: nobody of a family is the other, whatever they share.

`relatives(seed, count)` gives descriptions of twins, triplets, sisters and brothers, fathers and sons of one name, and
households, each told once to three times, with slips, with what is left out, and with numbers that follow each other.
"""

from collections.abc import Callable
from dataclasses import replace

from careloom.care.entry import Identifier, Person
from tests.identity.hard_cases import BOYS, FAMILIES, GIRLS, MRN, SSN, TWINS, Case, Maker

# The names that are given to sisters and brothers side by side; some are in no list of names.
SIDE_BY_SIDE = [
    *TWINS,
    ("Zayvion", "Zayvian"),
    ("Achieng", "Adhiambo"),
    ("Nevaeh", "Heaven"),
    ("Jaxon", "Jaxson"),
    ("Taiwo", "Kehinde"),
    ("Amy", "May"),
    ("Mila", "Milo"),
    ("Kaylee", "Kylee"),
    ("Aaliyah", "Aleah"),
    ("Juan Carlos", "Juan Pablo"),
    ("Ella", "Emma"),
    ("Lara", "Clara"),
    ("Marlon", "Marvin"),
    ("Ivana", "Ivanka"),
    ("Deshawn", "Keshawn"),
]
GIVEN = {*GIRLS, *BOYS, *(name for pair in SIDE_BY_SIDE for name in pair)}
EITHER = ["Jordan", "Taylor", "Morgan", "Casey", "Avery", "Riley"]


class Families(Maker):
    """Makes families by a seed; each description of one of them is told with or without a slip."""

    def after(self, one: Identifier, step: int) -> Identifier:
        digits = f"{int(one.value.replace('-', '')) + step:09d}"
        return Identifier(SSN, f"{digits[:3]}-{digits[3:5]}-{digits[5:]}")

    def numbered(self, first: int, number: Identifier, step: int) -> tuple[Identifier, ...]:
        """A Social Security number that follows the other's, often the hospital's number too, or none."""
        ids = (self.after(number, step), Identifier(MRN, str(first + step)))
        return tuple(one for one in ids if self.chance.random() < 0.7)

    def once_more(self, person: Person) -> Person:
        """The same person as another desk wrote it: as before, with a slip, or with less."""
        name = person.names[0]
        kind = self.chance.randrange(8)
        birth = person.birth_date or "1950-01-13"
        if kind == 0 and len(name.given[0]) > 3:
            typed = self.typo(name.given[0])
            # Who is mistyped into the twin's very name can't be told from the twin.
            given = (name.given[0] if typed in GIVEN else typed, *name.given[1:])
            return replace(person, names=(replace(name, given=given),))
        if kind == 1:
            return self.named(person, given=" ".join(name.given), family=self.typo(name.family))
        if kind == 2:
            return replace(person, identifiers=tuple(self.slipped(one) for one in person.identifiers))
        if kind == 3:
            return replace(person, birth_date=f"{birth[:9]}{(int(birth[9]) + 1) % 10}")
        if kind == 4:
            return replace(person, telecoms=(), addresses=())
        if kind == 5:
            return replace(person, identifiers=())
        return person

    def told(self, kind: str, person: Person) -> None:
        given = tuple(word for part in person.names[0].given for word in part.split())
        person = replace(person, names=(replace(person.names[0], given=given),))
        again = [self.once_more(person) for _ in range(self.chance.choice((0, 1, 1, 2)))]
        self.tell(kind, person, *again)

    def family(self, kind: str, *members: Person) -> None:
        """Members of one home under one telephone, numbered one after the other."""
        home = self.somebody(identifiers=())
        family, number, first = self.chance.choice(FAMILIES), self.ssn(), self.chance.randint(100000, 999000)
        mail = (f"{family}@example.org",) if self.chance.random() < 0.3 else ()
        for step, one in enumerate(members):
            named = self.named(one, given=" ".join(one.names[0].given), family=family)
            ids = self.numbered(first, number, step)
            telecoms = (*home.telecoms, *mail)
            self.told(kind, replace(named, identifiers=ids, addresses=home.addresses, telecoms=telecoms))

    def twins(self) -> None:
        pair = self.chance.choice(SIDE_BY_SIDE)
        born, sex = self.born(1990, 2022), self.chance.choice(("female", "male", None))
        self.family("twin", *(self.child(given, born, sex) for given in pair))

    def triplets(self) -> None:
        born = self.born(1990, 2022)
        self.family("triplet", *(self.child(given, born, "female") for given in self.chance.sample(GIRLS, 3)))

    def siblings(self) -> None:
        year = self.chance.randint(1960, 2018)
        pair = self.chance.choice(SIDE_BY_SIDE)
        births = (self.born(year, year), self.born(year + 1, year + 4))
        self.family("sibling", *(self.child(one, day, None) for one, day in zip(pair, births, strict=True)))

    def father_and_son(self) -> None:
        given, born = self.chance.choice(BOYS), self.born(1930, 1960)
        year = int(born[:4]) + self.chance.randint(17, 40)
        day = f"{year}{born[4:]}" if self.chance.random() < 0.3 else self.born(year, year)
        suffixes = self.chance.choice((("", ""), ("", "Jr"), ("Sr", "Jr"), ("Jr", "III")))
        both = (self.child(given, birth, "male") for birth in (born, day))
        self.family(
            "father and son",
            *(self.named(one, suffix=said) for one, said in zip(both, suffixes, strict=True)),
        )

    def of_either_sex(self) -> None:
        given = self.chance.choice(EITHER)
        self.family(
            "of either sex", self.child(given, self.born(), "male"), self.child(given, self.born(), "female")
        )

    def household(self) -> None:
        adults = (self.child(self.chance.choice(one), self.born(1950, 1975), None) for one in (GIRLS, BOYS))
        children = (
            self.child(one, self.born(1985, 2015), None) for one in self.chance.sample(GIRLS + BOYS, 2)
        )
        self.family("household", *adults, *children)

    def child(self, given: str, born: str, sex: str | None) -> Person:
        return self.named(self.somebody(birth_date=born, sex=sex), given=given)


def relatives(seed: int, count: int) -> list[Case]:
    """About `count` descriptions, all of people who have relatives in the table."""
    maker = Families(seed)
    kinds: tuple[Callable[[], None], ...] = (
        maker.twins,
        maker.twins,
        maker.triplets,
        maker.siblings,
        maker.father_and_son,
        maker.of_either_sex,
        maker.household,
    )
    while len(maker.cases) < count:
        maker.chance.choice(kinds)()
    maker.chance.shuffle(maker.cases)
    return maker.cases
