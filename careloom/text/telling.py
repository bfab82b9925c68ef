"""What a name, number, birth date or address tells of who somebody is: its plain form, or nothing for a placeholder.

Source   Social Security Administration, "Invalid Social Security Numbers" (areas 000, 666 and 900-999, group 00,
         serial 0000, and the two numbers once printed on specimen cards)
"""

import re

# Words that stand where nobody knows the family name.
_NO_FAMILY = frozenset({
    "anon", "anonymous", "noname", "none", "notgiven", "patient", "test", "tester", "testing",
    "testpatient", "unidentified", "unk", "unknown", "unspecified", "xx", "xxx", "zz", "zztest", "zzz",
})  # fmt: skip
# And where nobody knows the given name. With them stands a letter or a number ("Baby Boy A", "Test 2").
_NAMELESS = _NO_FAMILY | {
    "baby", "babyboy", "babygirl", "bb", "bbg", "bg", "boy", "child", "female", "fetus", "girl",
    "infant", "jane", "john", "male", "nb", "newborn", "pt", "triplet", "twin",
}  # fmt: skip
# These are names of people too; they tell nothing only beside a family name that is a placeholder.
_ONLY_WITH_DOE = frozenset({"john", "jane"})
# John, Jane and Baby of this name are nobody; Dana is somebody.
_DOE = "doe"
_NO_BIRTH = frozenset({"1900-01-01", "1901-01-01", "1753-01-01", "1111-11-11", "1899-12-30", "1899-12-31"})
_SPECIMEN = frozenset({"123456789", "078051120", "219099999", "987654321"})
_STREETS = {
    "street": "st", "str": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "lane": "ln",
    "boulevard": "blvd", "court": "ct", "place": "pl", "circle": "cir", "parkway": "pkwy", "highway": "hwy",
    "terrace": "ter", "square": "sq", "trail": "trl", "crescent": "cres", "crst": "cres", "north": "n", "south": "s",
    "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
    "apartment": "apt", "suite": "ste", "unit": "apt", "number": "apt", "no": "apt", "mount": "mt", "saint": "st",
    "calle": "cl", "avenida": "ave",
}  # fmt: skip
_STREET_WORDS = frozenset({*_STREETS, *_STREETS.values()})
_NUMBER = re.compile(r"\d")
_NO_DIGIT = re.compile(r"\D")
_WORDS = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_EXTENSION = re.compile(r"\s*(?:x|ext)", re.IGNORECASE)
_STATE, _LONGEST_STATE = 2, 3
_NO_STREET = re.compile(r"\b(general delivery|homeless|unknown|no fixed|none|undomiciled|no address|na)\b")
# With the state or the country behind it, where a table has its columns in that order.
_ZIP = re.compile(r"\b(\d{5})(?:-?\d{4})?\s*(?:,?\s*(?:[a-z]{2,3}|united states)\.?){0,2}\s*$", re.IGNORECASE)
_SHORT_ZIP = re.compile(r"\b(\d{4})\s*(?:,\s*[a-z]{2,3}\.?)?\s*$", re.IGNORECASE)
_SHORTEST_PHONE = 7


def given_tells(words: tuple[str, ...], family: str) -> tuple[str, ...]:
    """The given names, or () where they stand for nobody's ("Baby Girl A", "Unknown", "John" of the Does)."""
    is_nobodys = family == _DOE or family in _NO_FAMILY
    if not words or (words[0] in _ONLY_WITH_DOE and not is_nobodys):
        return words
    nameless = any(word in _NAMELESS for word in words)
    return (
        ()
        if nameless and all(word in _NAMELESS or len(word) == 1 or word.isdigit() for word in words)
        else words
    )


def family_tells(family: str, given: tuple[str, ...]) -> str:
    """The family name, or "" where it stands for nobody's: a Doe's does beside a given name that tells nothing."""
    if family == _DOE:
        return family if given_tells(given, family) else ""
    return "" if family in _NO_FAMILY else family


def birth_tells(day: str) -> bool:
    """Whether a birth date (ISO, or the digits that a source wrote) is one: no placeholder, and of a living memory."""
    return day[:10] not in _NO_BIRTH and "1895" <= day[:4] <= "2100"


def ssn_tells(digits: str) -> bool:
    """Whether digits can be somebody's Social Security number, or the last four of it."""
    if len(digits) == 4:
        return digits != "0000"
    if len(set(digits)) == 1 or digits in _SPECIMEN:
        return False
    if len(digits) != 9:
        return len(digits) > 4
    return digits[:3] not in ("000", "666") and digits[3:5] != "00" and digits[5:] != "0000"


def phone(said: str) -> str:
    """The last ten digits of a telephone number without its extension; "" for none or a placeholder."""
    digits = _NO_DIGIT.sub("", _EXTENSION.split(said, maxsplit=1)[0])[-10:]
    tells = (
        len(digits) >= _SHORTEST_PHONE and len(set(digits)) > 2 and digits not in ("1234567890", "1234567")
    )
    return digits if tells else ""


def email(said: str) -> str:
    """An e-mail address in small letters; "" for none or a placeholder."""
    if "@" not in said:
        return ""
    bare = said.strip().lower().removeprefix("mailto:")
    name = bare.partition("@")[0]
    nobody = ("none", "noemail", "unknown", "na", "test", "declined", "refused", "no", "noreply", "email")
    return "" if name in nobody else bare


def address(said: str) -> tuple[str, str, str]:
    """Of an address the street (number and words, shortened as the postal service does), the town, and the postal code."""
    text = said.strip()
    found = _ZIP.search(text) or _SHORT_ZIP.search(text)
    # Nobody's postal code, but a house number, where nothing stands before it.
    code = found[1] if found and found.start() > 0 else ""
    rest = text[: found.start()] if code and found else text
    parts = [part for said_part in rest.split(",") if (part := said_part.strip().lower())]
    street, others = _street(parts)
    words = _WORDS.findall(street)
    plain = " ".join(_STREETS.get(word, word) for word in words)
    if not _LETTERS.search(plain) or _NO_STREET.search(" ".join(words)):
        plain = ""
    return plain, _town(others), "" if len(set(code)) == 1 else code


def _street(parts: list[str]) -> tuple[str, list[str]]:
    """The part of an address that names the street, with a number that stands before it or behind a house's name."""
    if not parts:
        return "", []
    first, others = parts[0], parts[1:]
    if others and first.replace(" ", "").isdigit():
        return f"{first} {others[0]}", others[1:]
    if _NUMBER.search(first):
        return first, others
    if others and _NUMBER.search(others[0]):
        return f"{first} {others[0]}", others[1:]
    # "Salem, OR" is a town, "Harbor Lane, Salem, OR" a street of it.
    if any(word in _STREET_WORDS for word in first.split()) or any(
        len(one) > _LONGEST_STATE for one in others
    ):
        return first, others
    return "", parts


def _town(parts: list[str]) -> str:
    """The letters of the town: of what stands behind the street the last that is no state or country."""
    for part in reversed(parts):
        words = _LETTERS.findall(part)
        if len(words) > 1 and len(words[-1]) == _STATE:
            words.pop()
        town = "".join(words)
        if len(town) > _LONGEST_STATE and part != "united states":
            return town
    return ""
