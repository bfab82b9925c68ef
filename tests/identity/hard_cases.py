"""Invented people who are hard to tell apart or to recognise: what two descriptions of one of them may look like.

`people(seed, count)` gives (entity, Person) in an order that tells nothing. The names are put together at random.
"""

import random
from dataclasses import dataclass, replace

from careloom.care.entry import HumanName, Identifier, Person

SSN = "http://hl7.org/fhir/sid/us-ssn"
MRN = "urn:harbor:mrn"
GIRLS = [
    "Rosa",
    "Elena",
    "Marta",
    "Priya",
    "Keisha",
    "Linnea",
    "Guadalupe",
    "Soledad",
    "Margaret",
    "Elizabeth",
    "Katherine",
    "Jennifer",
    "Naomi",
    "Ingrid",
    "Aisha",
    "Fatima",
    "Hyejin",
    "Mei",
    "Zainab",
    "Tatiana",
    "Ximena",
    "Yolanda",
    "Beatriz",
    "Harriet",
    "Odessa",
    "Wilhelmina",
    "Abigail",
    "Susan",
    "Rebecca",
    "Patricia",
]
BOYS = [
    "Walter",
    "Jamal",
    "Tomas",
    "Bjorn",
    "Mohammed",
    "Yusuf",
    "Dmitri",
    "Sergei",
    "Francisco",
    "Jose",
    "Robert",
    "William",
    "Michael",
    "Anthony",
    "Richard",
    "Edward",
    "Kenneth",
    "Nathaniel",
    "Oluwaseun",
    "Kofi",
    "Tuan",
    "Hiroshi",
    "Rafael",
    "Ignacio",
    "Stephen",
    "Gregory",
    "Theodore",
    "Emeka",
    "Laszlo",
    "Benedikt",
]
TWINS = [
    ("Jayden", "Jaylen"),
    ("Mila", "Mira"),
    ("Marta", "Maria"),
    ("Kayla", "Jayla"),
    ("Aiden", "Caden"),
    ("Ana", "Eva"),
    ("Brandon", "Landon"),
    ("Hailey", "Bailey"),
    ("Mateo", "Matias"),
    ("Daniel", "Danielle"),
    ("Rosa", "Elena"),
    ("Thomas", "Timothy"),
    ("Kofi", "Kwame"),
    ("Priya", "Preeti"),
    ("Leah", "Lea"),
    ("Jaiden", "Jaidyn"),
    ("Eric", "Erica"),
    ("Carlos", "Marcos"),
    ("Sophia", "Sofie"),
    ("Arya", "Aria"),
]
FAMILIES = [
    "Delgado",
    "Oyelaran",
    "Whitfield",
    "Garcia",
    "Smith",
    "Johnson",
    "Nguyen",
    "Kowalczyk",
    "Haverford",
    "Abernathy",
    "Lindqvist",
    "Okonkwo",
    "Ramirez",
    "Petrov",
    "Castellanos",
    "Muller",
    "Fitzgerald",
    "Yamamoto",
    "Thibodeaux",
    "Vandermeer",
    "Hernandez",
    "Brown",
    "Papadopoulos",
    "Rosenthal",
    "Achterberg",
    "Morningstar",
    "Quintanilla",
    "Szymanski",
    "Obrien",
    "Blackwood",
]
STREETS = [
    "Harbor Lane",
    "Mill Street",
    "Quarry Road",
    "Orchard Avenue",
    "Second Street",
    "Saint Clair Boulevard",
    "Tanner Court",
    "Elm Drive",
]
SHORT = {
    "Elizabeth": "Liz",
    "Margaret": "Peggy",
    "Katherine": "Kathy",
    "Jennifer": "Jenny",
    "Robert": "Bob",
    "William": "Bill",
    "Michael": "Mike",
    "Anthony": "Tony",
    "Richard": "Rick",
    "Edward": "Ted",
    "Kenneth": "Ken",
    "Nathaniel": "Nate",
    "Francisco": "Paco",
    "Jose": "Pepe",
    "Guadalupe": "Lupe",
    "Rebecca": "Becky",
    "Patricia": "Trish",
    "Susan": "Sue",
    "Abigail": "Abby",
    "Stephen": "Steve",
    "Gregory": "Greg",
    "Theodore": "Ted",
    "Ignacio": "Nacho",
}
WRITTEN = {
    "Mohammed": "Muhammad",
    "Yusuf": "Youssef",
    "Dmitri": "Dmitry",
    "Sergei": "Sergey",
    "Aisha": "Ayesha",
    "Fatima": "Fatimah",
    "Zainab": "Zaynab",
    "Tatiana": "Tatyana",
    "Petrov": "Petroff",
    "Muller": "Mueller",
    "Okonkwo": "Okonkwoh",
}


@dataclass(frozen=True)
class Case:
    """One description with whom it is of, and what kind of case made it."""

    entity: str
    kind: str
    person: Person


class Maker:
    """Makes people by a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.cases: list[Case] = []
        self.made = 0

    def born(self, first: int = 1930, last: int = 2020) -> str:
        return f"{self.chance.randint(first, last)}-{self.chance.randint(1, 12):02d}-{self.chance.randint(1, 28):02d}"

    def phone(self) -> str:
        return f"({self.chance.randint(201, 989)}) {self.chance.randint(200, 989)}-{self.chance.randint(1000, 9999)}"

    def ssn(self) -> Identifier:
        return Identifier(
            SSN,
            f"{self.chance.randint(100, 660)}-{self.chance.randint(10, 99)}-{self.chance.randint(1000, 9999)}",
        )

    def mrn(self) -> Identifier:
        return Identifier(MRN, f"{self.chance.randint(100000, 999999)}")

    def place(self) -> str:
        street = self.chance.choice(STREETS)
        return f"{self.chance.randint(1, 9999)} {street}, Salem, OR {self.chance.randint(97000, 97999)}"

    def somebody(self, **given: object) -> Person:
        sex = self.chance.choice(("female", "male"))
        name = HumanName(
            self.chance.choice(FAMILIES), (self.chance.choice(GIRLS if sex == "female" else BOYS),)
        )
        ids = tuple(one for one in (self.ssn(), self.mrn()) if self.chance.random() < 0.6)
        person = Person(ids, (name,), self.born(), sex, (self.place(),), (self.phone(),))
        return replace(person, **given)

    def tell(self, kind: str, *descriptions: Person) -> None:
        """Descriptions of one person."""
        self.made += 1
        self.cases += [Case(f"e{self.made}", kind, one) for one in descriptions]

    def named(
        self, person: Person, given: str | None = None, family: str | None = None, suffix: str = ""
    ) -> Person:
        name = person.names[0]
        first = name.given if given is None else (given,) if given else ()
        return replace(
            person,
            names=(HumanName(name.family if family is None else family, first, suffix or name.suffix),),
        )

    def typo(self, word: str) -> str:
        place = self.chance.randrange(1, len(word) - 1) if len(word) > 2 else 1
        kind = self.chance.randrange(4)
        if kind == 0:
            return word[:place] + word[place + 1 :]
        if kind == 1:
            return word[:place] + word[place] + word[place:]
        if kind == 2:
            return word[:place] + self.chance.choice("bcdfgklmnprst") + word[place + 1 :]
        return word[:place] + word[place : place + 2][::-1] + word[place + 2 :]

    def again(self, person: Person) -> Person:
        """Another description of the same person, with one change."""
        name = person.names[0]
        first, family = name.given[0], name.family
        year, month, day = (person.birth_date or "1950-01-13").split("-")
        changes = {
            "equal": lambda: person,
            "moved": lambda: replace(person, addresses=(self.place(),)),
            "new phone": lambda: replace(person, telecoms=(self.phone(),)),
            "given misspelt": lambda: self.named(person, given=self.typo(first)),
            "family misspelt": lambda: self.named(person, family=self.typo(family)),
            "nickname": lambda: self.named(person, given=SHORT.get(first, first)),
            "written over": lambda: self.named(person, given=WRITTEN.get(first, first), family=WRITTEN.get(family, family)),
            "swapped": lambda: self.named(person, given=family, family=first),
            "day for month": lambda: replace(person, birth_date=person.birth_date and (f"{year}-{day}-{month}" if day <= "12" else person.birth_date)),
            "a digit of the birth date": lambda: replace(person, birth_date=person.birth_date and f"{year[:3]}{(int(year[3]) + 1) % 10}-{month}-{day}"),
            "no phone, no address": lambda: replace(person, telecoms=(), addresses=()),
            "no birth date": lambda: replace(person, birth_date=None),
            "no numbers": lambda: replace(person, identifiers=()),
            "no sex": lambda: replace(person, sex=None),
            "a second surname": lambda: self.named(person, family=f"{family} {self.chance.choice(FAMILIES)}"),
            "hyphenated": lambda: self.named(person, family=f"{family}-{self.chance.choice(FAMILIES)}"),
            "married": lambda: self.named(person, family=self.chance.choice(FAMILIES)),
            "middle name": lambda: self.named(person, given=f"{first} {self.chance.choice('ABCDEFG')}"),
            "capitals": lambda: self.named(person, given=first.upper(), family=family.upper()),
            "a digit of the number": lambda: replace(person, identifiers=tuple(self.slipped(one) for one in person.identifiers)),
        }  # fmt: skip
        changed = changes[self.chance.choice(list(changes))]()
        given = tuple(word for part in changed.names[0].given for word in part.split())
        return replace(changed, names=(replace(changed.names[0], given=given),))

    def slipped(self, one: Identifier) -> Identifier:
        if one.system != SSN:
            return one
        return replace(one, value=one.value[:-1] + str((int(one.value[-1]) + 1) % 10))

    def seldom(self, one: Person) -> Person:
        """The same described by somebody who doesn't know the numbers, one time in three."""
        return replace(one, identifiers=()) if self.chance.random() < 0.33 else one

    def ordinary(self) -> None:
        person = self.somebody()
        told = [person]
        for _ in range(self.chance.choice((0, 0, 1, 1, 1, 2, 3))):
            again = person
            for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3))):
                again = self.again(again)
            told.append(again)
        self.tell("ordinary", *told)

    def twins(self) -> None:
        one, other = self.chance.choice(TWINS)
        both = self.somebody(identifiers=())
        family = self.chance.choice(FAMILIES)
        number = int(self.ssn().value.replace("-", ""))
        for given, step in ((one, 0), (other, 1)):
            digits = f"{number + step:09d}"
            ids = (Identifier(SSN, f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"), self.mrn())
            person = self.named(replace(both, identifiers=ids), given=given, family=family)
            if given in ("Daniel", "Eric"):
                person = replace(person, sex="male")
            elif given in ("Danielle", "Erica"):
                person = replace(person, sex="female")
            self.tell("twin", *(self.seldom(person) for _ in range(self.chance.choice((1, 2)))))

    def generations(self) -> None:
        senior = self.somebody(birth_date=self.born(1930, 1955), sex="male")
        senior = self.named(
            senior, given=self.chance.choice(BOYS), suffix=self.chance.choice(("Sr", "Sr.", "I", ""))
        )
        junior = replace(senior, identifiers=(self.ssn(), self.mrn()), birth_date=self.born(1956, 1985))
        junior = self.named(
            junior, suffix=self.chance.choice(("Jr", "Jr.", "III")) if senior.names[0].suffix else "Jr"
        )
        self.tell("senior", *(self.seldom(senior) for _ in range(2)))
        self.tell("junior", *(self.seldom(junior) for _ in range(2)))

    def household(self) -> None:
        one = self.somebody()
        spouse = self.named(
            replace(self.somebody(), addresses=one.addresses, telecoms=one.telecoms),
            family=one.names[0].family,
        )
        child = self.named(
            replace(self.somebody(), addresses=one.addresses, telecoms=one.telecoms),
            family=one.names[0].family,
        )
        for each in (one, spouse, child):
            self.tell("household", each, self.seldom(each))

    def namesakes(self) -> None:
        one = self.somebody()
        other = self.somebody(names=one.names, sex=one.sex)
        born_together = self.chance.random() < 0.3
        other = replace(other, birth_date=one.birth_date if born_together else other.birth_date)
        if born_together:
            one, other = (replace(each, identifiers=(self.ssn(), self.mrn())) for each in (one, other))
        self.tell("namesake", one)
        self.tell("namesake", other)

    def reused(self) -> None:
        one, other = self.somebody(identifiers=(self.mrn(),)), self.somebody()
        self.tell("re-used number", one)
        self.tell("re-used number", replace(other, identifiers=one.identifiers))

    def newborns(self) -> None:
        both = self.somebody(birth_date=self.born(2015, 2020), identifiers=())
        for given in ("Baby Girl A", "Baby Girl B"):
            ids = (self.mrn(),)
            named = replace(
                both, identifiers=ids, names=(HumanName(both.names[0].family, tuple(given.split())),)
            )
            self.tell("newborn", named)


def cases(seed: int, count: int) -> list[Case]:
    """About `count` descriptions, half of them of ordinary people."""
    maker = Maker(seed)
    hard = (maker.twins, maker.generations, maker.household, maker.namesakes, maker.reused, maker.newborns)
    while len(maker.cases) < count:
        maker.ordinary()
        maker.ordinary()
        maker.ordinary()
        maker.chance.choice(hard)()
    maker.chance.shuffle(maker.cases)
    return maker.cases
