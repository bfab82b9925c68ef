"""The comparisons, in the order in which they are told: what is asked of two descriptions, best level first."""

from careloom.identity.distance import distance
from careloom.identity.levels import (
    Comparison,
    Level,
    equal,
    half,
    meet,
    otherwise,
    shared,
    silent,
    slips,
)
from careloom.identity.names import FAMILY, GIVEN, MIDDLE
from careloom.identity.traits import Traits

# A father is so many years older than the son who bears his name.
GENERATION = 15


def _years(a: Traits, b: Traits) -> int:
    return abs(int(a.birth[:4]) - int(b.birth[:4]))


_YEARS = "abs(substr(birth_l, 1, 4)::INT - substr(birth_r, 1, 4)::INT)"
_FULL = "least(length(birth_l), length(birth_r)) = 8"


def _full(a: Traits, b: Traits) -> bool:
    return min(len(a.birth), len(b.birth)) == 8


def _of_one_age(level: Level) -> Level:
    """The level, held only by dates that are no father's and son's; a date in no calendar is nobody's."""
    return Level(
        level.name,
        lambda a, b: (
            _full(a, b) and (a.no_day or b.no_day or _years(a, b) < GENERATION) and level.holds(a, b)
        ),
        f"{_FULL} AND (no_day_l OR no_day_r OR {_YEARS} < {GENERATION}) AND ({level.sql})",
    )


_SIMILAR = Level(
    "similar",
    lambda a, b: (
        sum((a.birth[:4] == b.birth[:4], a.birth[4:6] == b.birth[4:6], a.birth[6:] == b.birth[6:])) > 1
    ),
    "(substr(birth_l, 1, 4) = substr(birth_r, 1, 4))::INT + (substr(birth_l, 5, 2) = substr(birth_r, 5, 2))::INT "
    "+ (substr(birth_l, 7) = substr(birth_r, 7))::INT > 1",
)
# Of a date that is in no calendar most digits are the other's.
_BROKEN = Level(
    "broken",
    lambda a, b: _full(a, b) and (a.no_day or b.no_day) and distance(a.birth, b.birth) <= 4,
    f"{_FULL} AND (no_day_l OR no_day_r) AND damerau_levenshtein(birth_l, birth_r) <= 4",
)
_NEAR_BIRTH = Level("near", lambda a, b: _full(a, b) and _years(a, b) <= 1, f"{_FULL} AND {_YEARS} <= 1")


def _close_place(a: Traits, b: Traits) -> bool:
    if not a.street or not b.street:
        return False
    return distance(a.street, b.street) <= 2 or a.road == b.road != ""


def _near_road(a: Traits, b: Traits) -> bool:
    return bool(a.road and b.road) and max(len(a.road), len(b.road)) > 5 and distance(a.road, b.road) <= 2


_ADDRESS = (
    equal("street"),
    Level("close", _close_place, "damerau_levenshtein(street_l, street_r) <= 2 OR road_l = road_r"),
    Level(
        "road",
        _near_road,
        "greatest(length(road_l), length(road_r)) > 5 AND damerau_levenshtein(road_l, road_r) <= 2",
    ),
    half("road"),
    otherwise("different"),
)
_PLACE = (
    Level(
        "equal",
        lambda a, b: a.zip == b.zip != "" and (not a.city or not b.city or a.city == b.city),
        "zip_l = zip_r AND (city_l IS NULL OR city_r IS NULL OR city_l = city_r)",
    ),
    Level("zip", lambda a, b: a.zip == b.zip != "", "zip_l = zip_r"),
    Level(
        "city",
        lambda a, b: _same_town(a.city, b.city),
        "city_l = city_r OR (greatest(length(city_l), length(city_r)) > 5 AND damerau_levenshtein(city_l, city_r) <= 2)",
    ),
    Level(
        "slip",
        lambda a, b: bool(a.zip and b.zip) and distance(a.zip, b.zip) == 1,
        "damerau_levenshtein(zip_l, zip_r) = 1",
    ),
    otherwise("different"),
)


def _same_town(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return one == other or (max(len(one), len(other)) > 5 and distance(one, other) <= 2)


_NO_PLACE = Level(
    "",
    lambda a, b: not (a.city and b.city) and not (a.zip and b.zip),
    "(city_l IS NULL OR city_r IS NULL) AND (zip_l IS NULL OR zip_r IS NULL)",
)
# Two numbers so close to each other are given to sisters and brothers, on one day and after each other.
_NEXT = 20


def _next(a: Traits, b: Traits) -> bool:
    return len(a.ssn) == len(b.ssn) > 6 and abs(int(a.ssn) - int(b.ssn)) < _NEXT


_NO_SYSTEM = Level(
    "",
    lambda a, b: not meet(a.systems, b.systems),
    "NOT coalesce(list_has_any(systems_l, systems_r), false)",
)


COMPARISONS = (
    GIVEN,
    MIDDLE,
    FAMILY,
    Comparison(
        "birth",
        silent("birth"),
        (
            equal("birth"),
            Level("turned", lambda a, b: a.birth == b.turned, "birth_l = turned_r"),
            _of_one_age(slips("birth", 1, 8, "slip")),
            slips("birth", 1, 8, "decade"),
            Level(
                "partial",
                lambda a, b: a.birth.startswith(b.birth) or b.birth.startswith(a.birth),
                "starts_with(birth_l, birth_r) OR starts_with(birth_r, birth_l)",
            ),
            _of_one_age(slips("birth", 2, 8, "garbled")),
            _of_one_age(_SIMILAR),
            _NEAR_BIRTH,
            _BROKEN,
            _of_one_age(otherwise("different")),
            otherwise("far"),
        ),
    ),
    Comparison("sex", silent("sex"), (equal("sex"), otherwise("different"))),
    Comparison(
        "ssn",
        silent("ssn"),
        (
            Level(
                "equal", lambda a, b: a.ssn == b.ssn and len(a.ssn) > 4, "ssn_l = ssn_r AND length(ssn_l) > 4"
            ),
            Level(
                "tail",
                lambda a, b: min(len(a.ssn), len(b.ssn)) == 4 and a.ssn[-4:] == b.ssn[-4:],
                "least(length(ssn_l), length(ssn_r)) = 4 AND right(ssn_l, 4) = right(ssn_r, 4)",
            ),
            Level(
                "next",
                _next,
                "length(ssn_l) = length(ssn_r) AND length(ssn_l) > 6 "
                f"AND abs(ssn_l::BIGINT - ssn_r::BIGINT) < {_NEXT}",
            ),
            slips("ssn", 1, 5, "slip"),
            slips("ssn", 2, 7, "garbled"),
            slips("ssn", 3, 7, "loose"),
            otherwise("different"),
        ),
    ),
    Comparison("number", _NO_SYSTEM, (shared("numbers"), otherwise("different"))),
    Comparison("address", silent("street"), _ADDRESS),
    Comparison("place", _NO_PLACE, _PLACE),
    Comparison(
        "phone",
        silent("phones"),
        (
            shared("phones"),
            slips("phone", 1, 7, "slip"),
            slips("phone", 2, 9, "garbled"),
            slips("phone", 3, 9, "loose"),
            otherwise("different"),
        ),
    ),
    Comparison("email", silent("email"), (equal("email"), otherwise("different"))),
    Comparison(
        "generation",
        Level(
            "",
            lambda a, b: not a.generation and not b.generation,
            "coalesce(generation_l, generation_r) IS NULL",
        ),
        (
            equal("generation"),
            Level(
                "silent",
                lambda a, b: not a.generation or not b.generation,
                "generation_l IS NULL OR generation_r IS NULL",
            ),
            otherwise("different"),
        ),
        worst=True,
    ),
)
