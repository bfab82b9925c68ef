"""The comparisons and their levels, best first: what is asked of two descriptions, here and in a database.

Each level has one question in two languages, which a test holds against each other. The SQL is DuckDB's over the
columns of `Traits` with _l and _r behind them, NULL where a description says nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from careloom.identity.traits import Traits


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its name, the question to two descriptions, the same question in SQL."""

    name: str
    holds: Callable[[Traits, Traits], bool]
    sql: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared. `silent` says when nothing can be compared; the last level holds where no other does.

    `term` is the column whose common values weigh less; `worst` is a comparison of which, of several descriptions,
    the worst level counts.
    """

    name: str
    silent: Level
    levels: tuple[Level, ...]
    term: str = ""
    worst: bool = False

    def level(self, one: Traits, other: Traits) -> str:
        """The name of the level that two descriptions reach; "" where one is silent."""
        if self.silent.holds(one, other):
            return ""
        return next(level.name for level in self.levels if level.holds(one, other))


@lru_cache(maxsize=1 << 16)
def distance(a: str, b: str) -> int:
    """The letters to change, add, drop or exchange with their neighbour that make one word the other (Damerau 1964)."""
    last: dict[str, int] = {}
    most = len(a) + len(b)
    rows = [[most] * (len(b) + 2), [most, *range(len(b) + 1)]]
    for i, mine in enumerate(a, start=1):
        rows.append([most, i] + [0] * len(b))
        matched = 0
        for j, theirs in enumerate(b, start=1):
            before, same = last.get(theirs, 0), matched
            cost = mine != theirs
            if not cost:
                matched = j
            rows[i + 1][j + 1] = min(
                rows[i][j] + cost,
                rows[i + 1][j] + 1,
                rows[i][j + 1] + 1,
                rows[before][same] + (i - before - 1) + 1 + (j - same - 1),
            )
        last[mine] = i
    return int(rows[-1][-1])


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not set(one).isdisjoint(other)


def _else(name: str) -> Level:
    return Level(name, lambda _a, _b: True, "ELSE")


def _silent(column: str) -> Level:
    return Level(
        "",
        lambda a, b: not getattr(a, column) or not getattr(b, column),
        f"{column}_l IS NULL OR {column}_r IS NULL",
    )


def _equal(column: str) -> Level:
    return Level("equal", lambda a, b: getattr(a, column) == getattr(b, column), f"{column}_l = {column}_r")


def _shared(column: str) -> Level:
    return Level(
        "shared",
        lambda a, b: _meet(getattr(a, column), getattr(b, column)),
        f"list_has_any({column}_l, {column}_r)",
    )


def _half(column: str) -> Level:
    """Half the letters are the other's."""

    def holds(a: Traits, b: Traits) -> bool:
        one, other = getattr(a, column), getattr(b, column)
        long = max(len(one), len(other))
        return bool(one and other) and long > 3 and distance(one, other) * 2 <= long

    long = f"greatest(length({column}_l), length({column}_r))"
    apart = f"damerau_levenshtein({column}_l, {column}_r)"
    return Level("garbled", holds, f"{long} > 3 AND {apart} * 2 <= {long}")


def _swapped(a: Traits, b: Traits) -> bool:
    """Whether each one's given name is the other's family name, one of them with a slip or one of two surnames."""
    if not a.family or not b.family:
        return False
    there, back = a.given in b.families, b.given in a.families
    return (there and (back or distance(a.family, b.given) <= 1)) or (
        back and distance(a.given, b.family) <= 1
    )


_SWAPPED = Level(
    "swapped",
    lambda a, b: bool(a.given and b.given) and _swapped(a, b),
    "(list_contains(families_r, given_l) AND (list_contains(families_l, given_r) "
    "OR damerau_levenshtein(family_l, given_r) <= 1)) "
    "OR (list_contains(families_l, given_r) AND damerau_levenshtein(given_l, family_r) <= 1)",
)


def _variant(a: Traits, b: Traits) -> bool:
    return (
        _meet(a.nicks, b.nicks)
        or "".join(a.givens) == "".join(b.givens)
        or (len(a.given) > 3 and a.given in b.givens)
        or (len(b.given) > 3 and b.given in a.givens)
    )


_VARIANT = (
    "list_has_any(nicks_l, nicks_r) OR array_to_string(givens_l, '') = array_to_string(givens_r, '') "
    "OR (length(given_l) > 3 AND list_contains(givens_r, given_l)) "
    "OR (length(given_r) > 3 AND list_contains(givens_l, given_r))"
)


def _slip(a: Traits, b: Traits) -> bool:
    """A slip of the keyboard that makes no other name: two neighbours exchanged, a letter doubled, or a consonant."""
    if a.given_squeezed == b.given_squeezed:
        return True
    if distance(a.given, b.given) != 1:
        return False
    consonant = (
        min(len(a.given), len(b.given)) > 4
        and a.given[0] == b.given[0]
        and a.given_vowels == b.given_vowels
        and a.given_known != b.given_known
    )
    return a.given_sorted == b.given_sorted or consonant


_SLIP = (
    "given_squeezed_l = given_squeezed_r OR (damerau_levenshtein(given_l, given_r) = 1 AND "
    "(given_sorted_l = given_sorted_r OR (least(length(given_l), length(given_r)) > 4 "
    "AND given_l[1] = given_r[1] AND coalesce(given_vowels_l, '') = coalesce(given_vowels_r, '') "
    "AND given_known_l <> given_known_r)))"
)
_INITIAL = Level(
    "initial",
    lambda a, b: min(len(a.given), len(b.given)) == 1 and a.given[0] == b.given[0],
    "least(length(given_l), length(given_r)) = 1 AND given_l[1] = given_r[1]",
)


def _near(a: Traits, b: Traits) -> bool:
    short, long = sorted((len(a.given), len(b.given)))
    apart = distance(a.given, b.given)
    return (
        (short > 1 and apart == 1)
        or (long > 5 and apart == 2)
        or (short > 2 and (a.given.startswith(b.given) or b.given.startswith(a.given)))
        or (a.given_sound == b.given_sound != "")
    )


_NEAR = (
    "(least(length(given_l), length(given_r)) > 1 AND damerau_levenshtein(given_l, given_r) = 1) "
    "OR (greatest(length(given_l), length(given_r)) > 5 AND damerau_levenshtein(given_l, given_r) = 2) "
    "OR (least(length(given_l), length(given_r)) > 2 "
    "AND (starts_with(given_l, given_r) OR starts_with(given_r, given_l))) "
    "OR given_sound_l = given_sound_r"
)


def _garbled(a: Traits, b: Traits) -> bool:
    """Whether one is no name that the census knows, and half its letters are the other's."""
    long = max(len(a.given), len(b.given))
    return not (a.given_known and b.given_known) and long > 3 and distance(a.given, b.given) * 2 <= long


_GARBLED = (
    "NOT (given_known_l AND given_known_r) AND greatest(length(given_l), length(given_r)) > 3 "
    "AND damerau_levenshtein(given_l, given_r) * 2 <= greatest(length(given_l), length(given_r))"
)
_RIVAL = Level(
    "rival",
    lambda a, b: a.given_known and b.given_known and _near(a, b),
    f"given_known_l AND given_known_r AND ({_NEAR})",
)
_GIVEN_EQUAL = Level(
    "equal",
    lambda a, b: a.given == b.given and len(a.given) > 1,
    "given_l = given_r AND length(given_l) > 1",
)
_MIDDLE_CLOSE = Level(
    "close",
    lambda a, b: (
        a.middle.startswith(b.middle)
        or b.middle.startswith(a.middle)
        or distance(a.middle, b.middle) == 1 < 4 <= min(len(a.middle), len(b.middle))
    ),
    "starts_with(middle_l, middle_r) OR starts_with(middle_r, middle_l) "
    "OR (damerau_levenshtein(middle_l, middle_r) = 1 AND least(length(middle_l), length(middle_r)) >= 4)",
)


def _family_close(a: Traits, b: Traits) -> bool:
    long, apart = max(len(a.family), len(b.family)), distance(a.family, b.family)
    return (long > 3 and apart == 1) or (long > 6 and apart == 2) or (a.family_sound == b.family_sound != "")


_FAMILY_CLOSE = (
    "(greatest(length(family_l), length(family_r)) > 3 AND damerau_levenshtein(family_l, family_r) = 1) "
    "OR (greatest(length(family_l), length(family_r)) > 6 AND damerau_levenshtein(family_l, family_r) = 2) "
    "OR family_sound_l = family_sound_r"
)


def _similar(a: Traits, b: Traits) -> bool:
    parts = sum((a.birth[:4] == b.birth[:4], a.birth[4:6] == b.birth[4:6], a.birth[6:] == b.birth[6:]))
    return parts > 1


_SIMILAR = (
    "(substr(birth_l, 1, 4) = substr(birth_r, 1, 4))::INT + (substr(birth_l, 5, 2) = substr(birth_r, 5, 2))::INT "
    "+ (substr(birth_l, 7) = substr(birth_r, 7))::INT > 1"
)


def _same_place(a: Traits, b: Traits) -> bool:
    return a.street == b.street != "" and (not a.zip or not b.zip or a.zip == b.zip)


def _close_place(a: Traits, b: Traits) -> bool:
    if not a.street or not b.street:
        return False
    house = a.house == b.house != ""
    return distance(a.street, b.street) <= 2 or (house and a.zip == b.zip != "")


_ADDRESS = (
    Level("equal", _same_place, "street_l = street_r AND (zip_l IS NULL OR zip_r IS NULL OR zip_l = zip_r)"),
    Level("street", lambda a, b: a.street == b.street != "", "street_l = street_r"),
    Level(
        "close",
        _close_place,
        "damerau_levenshtein(street_l, street_r) <= 2 "
        "OR (street_l IS NOT NULL AND street_r IS NOT NULL AND house_l = house_r AND zip_l = zip_r)",
    ),
    _half("street"),
    Level("zip", lambda a, b: a.zip == b.zip != "", "zip_l = zip_r"),
    _else("different"),
)
_NO_PLACE = Level(
    "",
    lambda a, b: not (a.street and b.street) and not (a.zip and b.zip),
    "(street_l IS NULL OR street_r IS NULL) AND (zip_l IS NULL OR zip_r IS NULL)",
)
_NO_SYSTEM = Level(
    "",
    lambda a, b: not _meet(a.systems, b.systems),
    "NOT coalesce(list_has_any(systems_l, systems_r), false)",
)


def _one(column: str, apart: int, least: int, name: str) -> Level:
    """Two values of at least so many characters that differ by so many slips."""
    return Level(
        name,
        lambda a, b: (
            min(len(getattr(a, column)), len(getattr(b, column))) >= least
            and distance(getattr(a, column), getattr(b, column)) == apart
        ),
        f"least(length({column}_l), length({column}_r)) >= {least} "
        f"AND damerau_levenshtein({column}_l, {column}_r) = {apart}",
    )


COMPARISONS = (
    Comparison(
        "given",
        _silent("given"),
        (
            _GIVEN_EQUAL,
            _SWAPPED,
            Level("variant", _variant, _VARIANT),
            Level("slip", _slip, _SLIP),
            _INITIAL,
            _RIVAL,
            Level("near", _near, _NEAR),
            Level("garbled", _garbled, _GARBLED),
            Level(
                "different", lambda a, b: a.given_known and b.given_known, "given_known_l AND given_known_r"
            ),
            _else("unlike"),
        ),
        term="given",
    ),
    Comparison("middle", _silent("middle"), (_equal("middle"), _MIDDLE_CLOSE, _else("different"))),
    Comparison(
        "family",
        _silent("family"),
        (
            _equal("family"),
            _SWAPPED,
            Level("part", lambda a, b: _meet(a.families, b.families), "list_has_any(families_l, families_r)"),
            Level("close", _family_close, _FAMILY_CLOSE),
            _half("family"),
            _else("different"),
        ),
        term="family",
    ),
    Comparison(
        "birth",
        _silent("birth"),
        (
            _equal("birth"),
            Level("turned", lambda a, b: a.birth == b.turned, "birth_l = turned_r"),
            _one("birth", 1, 8, "slip"),
            Level(
                "partial",
                lambda a, b: a.birth.startswith(b.birth) or b.birth.startswith(a.birth),
                "starts_with(birth_l, birth_r) OR starts_with(birth_r, birth_l)",
            ),
            _one("birth", 2, 8, "garbled"),
            Level("similar", _similar, _SIMILAR),
            _else("different"),
        ),
    ),
    Comparison("sex", _silent("sex"), (_equal("sex"), _else("different"))),
    Comparison(
        "ssn",
        _silent("ssn"),
        (
            Level(
                "equal", lambda a, b: a.ssn == b.ssn and len(a.ssn) > 4, "ssn_l = ssn_r AND length(ssn_l) > 4"
            ),
            Level(
                "tail",
                lambda a, b: min(len(a.ssn), len(b.ssn)) == 4 and a.ssn[-4:] == b.ssn[-4:],
                "least(length(ssn_l), length(ssn_r)) = 4 AND right(ssn_l, 4) = right(ssn_r, 4)",
            ),
            _one("ssn", 1, 5, "slip"),
            _one("ssn", 2, 7, "garbled"),
            _else("different"),
        ),
    ),
    Comparison("number", _NO_SYSTEM, (_shared("numbers"), _else("different"))),
    Comparison("address", _NO_PLACE, _ADDRESS),
    Comparison(
        "phone",
        _silent("phones"),
        (_shared("phones"), _one("phone", 1, 7, "slip"), _one("phone", 2, 9, "garbled"), _else("different")),
    ),
    Comparison("email", _silent("email"), (_equal("email"), _else("different"))),
    Comparison(
        "generation",
        Level(
            "",
            lambda a, b: not a.generation and not b.generation,
            "coalesce(generation_l, generation_r) IS NULL",
        ),
        (
            _equal("generation"),
            Level(
                "silent",
                lambda a, b: not a.generation or not b.generation,
                "generation_l IS NULL OR generation_r IS NULL",
            ),
            _else("different"),
        ),
        worst=True,
    ),
)
