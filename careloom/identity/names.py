"""Names: what is asked of two given names and of two family names, best level first."""

from careloom.identity.distance import distance
from careloom.identity.levels import Comparison, Level, equal, half, meet, otherwise, silent
from careloom.identity.traits import Traits


def _of_one_number(level: Level, name: str) -> Level:
    """The level, held only by names in which the same digits stand: Quill12 is no slip of Quill13."""
    column = f"{name}_digits"
    return Level(
        level.name,
        lambda a, b: getattr(a, column) == getattr(b, column) and level.holds(a, b),
        f"{column}_l IS NOT DISTINCT FROM {column}_r AND ({level.sql})",
    )


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
        meet(a.nicks, b.nicks)
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
        # One that could be a slip of Marta and of Maria is none of either.
        and a.given_meant == b.given_meant
    )
    exchanged = a.given_sorted == b.given_sorted and not (a.given_known and b.given_known)
    return exchanged or consonant


_SLIP = (
    "given_squeezed_l = given_squeezed_r OR (damerau_levenshtein(given_l, given_r) = 1 AND "
    "((given_sorted_l = given_sorted_r AND NOT (given_known_l AND given_known_r)) OR (least(length(given_l), length(given_r)) > 4 "
    "AND given_l[1] = given_r[1] AND coalesce(given_vowels_l, '') = coalesce(given_vowels_r, '') "
    "AND given_known_l <> given_known_r AND given_meant_l = given_meant_r)))"
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


def _two_names(a: Traits, b: Traits) -> bool:
    """Whether the two stand for names that are known, each for another."""
    return bool(a.given_meant and b.given_meant) and not meet(a.given_meant, b.given_meant)


_TWO_NAMES = "coalesce(NOT list_has_any(given_meant_l, given_meant_r), false)"


def _garbled(a: Traits, b: Traits) -> bool:
    """Whether one stands for no name that is known, and half its letters are the other's."""
    long = max(len(a.given), len(b.given))
    return not _two_names(a, b) and long > 3 and distance(a.given, b.given) * 2 <= long


_GARBLED = (
    f"NOT {_TWO_NAMES} AND greatest(length(given_l), length(given_r)) > 3 "
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


GIVEN = Comparison(
    "given",
    silent("given"),
    (
        _GIVEN_EQUAL,
        _SWAPPED,
        Level("variant", _variant, _VARIANT),
        _of_one_number(Level("slip", _slip, _SLIP), "given"),
        _INITIAL,
        _RIVAL,
        _of_one_number(Level("near", _near, _NEAR), "given"),
        _of_one_number(Level("garbled", _garbled, _GARBLED), "given"),
        Level("different", _two_names, _TWO_NAMES),
        Level("unlike", lambda a, b: a.given_known != b.given_known, "given_known_l <> given_known_r"),
        otherwise("strange"),
    ),
    term="given",
)
MIDDLE = Comparison("middle", silent("middle"), (equal("middle"), _MIDDLE_CLOSE, otherwise("different")))
FAMILY = Comparison(
    "family",
    silent("family"),
    (
        equal("family"),
        _SWAPPED,
        _of_one_number(
            Level("part", lambda a, b: meet(a.families, b.families), "list_has_any(families_l, families_r)"),
            "family",
        ),
        _of_one_number(Level("close", _family_close, _FAMILY_CLOSE), "family"),
        _of_one_number(half("family"), "family"),
        otherwise("different"),
    ),
    term="family",
)
