"""Words drawn into invented notes, so that the tagger learns how names, firms and towns are written and not which they were."""

import random
import re
import tomllib
from pathlib import Path

from careloom.privacy.lexicon import GIVEN, HERE

WORDS = tomllib.loads((Path(__file__).parent / "drawn.toml").read_text(encoding="utf-8"))
_A: list[str] = WORDS["firsts"]
_B: list[str] = WORDS["seconds"]
_TYPE: list[str] = WORDS["firm_types"]
_ES: list[str] = WORDS["firm_types_es"]
_SAINT: list[str] = WORDS["saints"]
_STREET: list[str] = WORDS["streets"]
_SYLLABLES: list[str] = WORDS["syllables"]
_MONTHS: list[str] = WORDS["months"]
_SAID: list[str] = WORDS["ordinals"]
_WEEKDAYS: list[str] = WORDS["weekdays"]
_MES: list[str] = WORDS["months_es"]
SLOT = re.compile(r"\{(\w+)\}")


class Drawn:
    """Words by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        lines = GIVEN.read_text(encoding="utf-8").splitlines()[1:]
        given = sorted((-float(line.split(",")[1]), line.split(",")[0]) for line in lines)
        self.given = [name for _, name in given][:2_500]
        rows = (HERE / "words" / "surnames.txt").read_text(encoding="utf-8").splitlines()
        self.family = [word for row in rows if not row.startswith("#") for word in row.split()][:12_000]

    def fill(self, template: str, written: str) -> str:
        """A template with drawn words, as written: "C" as it stands, "l" in small letters, "U" in capitals."""
        text = SLOT.sub(lambda found: self.word(found.group(1)), template)
        if written == "C":
            return text
        return re.sub(
            r"(?<=⟦)\w+", lambda one: one.group().lower(), text.lower() if written == "l" else text.upper()
        )

    def made_up(self) -> str:
        """A name that no list has."""
        return "".join(self.chance.choice(_SYLLABLES) for _ in range(self.chance.choice((2, 2, 3))))

    def name(self) -> str:
        """A name or part of one in small letters."""
        pick = self.chance.random()
        if pick < 0.15:
            return self.made_up()
        return self.chance.choice(self.given if pick < 0.55 else self.family)

    def firm(self) -> str:
        """A firm, facility, school or church in small letters."""
        choice = self.chance.choice
        pick = self.chance.random()
        if pick < 0.1:
            return f"st. {choice(_SAINT)}{choice(('', chr(39) + 's'))}"
        if pick < 0.15:
            return f"our lady of {choice(('sorrows', 'grace', 'mercy', 'peace', 'victory'))}"
        if pick < 0.25:
            return f"the {choice(_A)} {choice(_B)}"
        first = choice(
            (
                f"{choice(_A)} {choice(_B)}",
                choice(_A),
                self.name(),
                f"{self.name()} {choice(_B)}",
                f"{self.name()}'s",
                f"{choice(_A)} {choice(_A)}",
                self.town(),
            )
        )
        return f"{first} {choice(_TYPE)}" if pick < 0.9 else first

    def town(self) -> str:
        """A town in small letters."""
        choice = self.chance.choice
        return choice(
            (
                self.name() + choice(("ville", "ton", "burg", "field", " city", " park", "wood", "")),
                f"{choice(_A)} {choice(_B)}",
                self.made_up(),
                choice(_A) + choice(_B),
            )
        )

    def word(self, slot: str) -> str:
        """What a slot holds."""
        choice, number = self.chance.choice, self.chance.randrange
        if slot.isupper():
            return self.word(slot.lower()).upper()
        if slot in ("first", "last"):
            return (
                choice(self.given).title()
                if slot == "first" and self.chance.random() > 0.2
                else self.name().title()
            )
        if slot in ("org", "town", "street"):
            said = (
                self.firm()
                if slot == "org"
                else self.town()
                if slot == "town"
                else f"{choice((self.name(), choice(_A), choice(_A) + ' ' + choice(_B)))} {choice((*_STREET, ''))}".strip()
            )
            return re.sub(r"(?<![\w'])\w", lambda one: one.group().upper(), said)
        if slot == "esorg":
            return f"{choice(_ES)} {choice((self.name().title(), 'San ' + self.name().title(), 'La ' + self.name().title()))}"
        month, day = number(1, 13), number(1, 32)
        many = {
            "day": f"{month}/{day}", "dotday": f"{month}.{day}", "dashday": f"{month}-{day}", "spokenday": f"{choice(_MONTHS)} {choice((choice(_SAID), str(day)))}",
            "esday": f"{day} de {choice(_MES)}", "nth": f"{day}{ {1: 'st', 2: 'nd', 3: 'rd', 21: 'st', 22: 'nd', 23: 'rd', 31: 'st'}.get(day, 'th') }",
            "dmy": f"{month}/{day}/{number(18, 27)}", "ddmon": f"{day} {choice(_MONTHS).title()}", "mond": f"{choice(_MONTHS).title()} {day}", "month": choice(_MONTHS).title(),
            "weekday": choice(_WEEKDAYS), "weekdayes": choice(("lunes", "martes", "jueves", "viernes")), "esmonth": choice(_MES), "user": f"{self.name()}{choice(('_', '.', ''))}{number(1, 999)}",
            "number": str(number(10, 9999)), "small": choice((str(number(1, 40)), f"{number(1, 9)}{choice('ABC')}")), "init": "".join(choice("abcdefghjklmnprstw") for _ in range(choice((2, 3)))),
            "phone": f"{number(201, 990)}{choice('-. ')}555{choice('-. ')}{number(100, 199):04}", "short": str(number(1000, 99999)),
        }  # fmt: skip
        if slot == "code":
            shape = choice(
                (
                    "99-9999",
                    "AA-99999",
                    "999999",
                    "A9999",
                    "AA99-9999",
                    "9A9999",
                    "A9A99",
                    "9999-999",
                    "AAA-99-9999",
                    "99999999",
                    "A99-99999",
                    "AAA9999",
                    "99A-999999",
                    "A999 9999 99",
                )
            )
            return re.sub(
                r"[9A]",
                lambda one: str(number(10)) if one.group() == "9" else choice("ABCDEFGHJKLMNPRSTVWX"),
                shape,
            )
        if slot == "vin":
            return "".join(choice("ABCDEFGHJKLMNPRSTVWX0123456789") for _ in range(17))
        if slot == "plate":
            return re.sub(
                r"[9A]",
                lambda one: str(number(10)) if one.group() == "9" else choice("ABCDEFGHJKLMNPRSTVWX"),
                choice(("AAA 9999", "999 AAA", "9AAA999", "AAA-9999", "A99 9999")),
            )
        return many[slot]
