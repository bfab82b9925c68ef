"""Whatever is wrong with a transaction of any kind is told by the standard's own code for that error, at its place."""

import pytest

from tests.connect.x12_broken import KINDS, Way, before, broken, drop, put, swap, twice
from tests.connect.x12_made import codes_of, faults, whole

DATE, TIME, CODE, NUMBER, MISSING = "IK4 8", "IK4 9", "IK4 7", "IK4 6", "IK4 1"
EVERY = ""
# What is broken, the segment, the way, the code that must be told, and of which kinds it is an error.
WAYS: tuple[tuple[str, str, Way, str, str], ...] = (
    ("the first segment is missing", r"BHT|BPR", drop, "IK3 3", "(?!278).*"),
    ("what a 278 is for is not known", r"BHT", put(2, "99"), CODE, "278.*"),
    ("a segment id that there is not", r"HL|LX", before("QQ9*1"), "IK3 1", EVERY),
    ("a segment id in lower case", r"NM1|N1", swap("^N", "n"), "IK3 1", EVERY),
    ("a segment of another set", r"HL\*2|LX", before("CLD*1*2"), "IK3 1", EVERY),
    ("a segment too often", r"BHT|BPR", twice, "IK3 5", "(?!278).*"),
    ("an empty segment", r"DMG|CAS", swap(r"\*.*", ""), "IK3 8", EVERY),
    ("too many elements", r"NM1", swap("$", "*1*2*3*4*5*6*7"), "IK4 3", EVERY),
    ("a separator before the terminator", r"NM1|N1", swap("$", "*"), "IK3 8", EVERY),
    ("an element that must be there", r"DTP", put(3, ""), MISSING, EVERY),
    ("an element that is too long", r"N(M)?1\*(PR|X3)", swap("LARCH HEALTH PLAN", "L" * 90), "IK4 5", EVERY),
    ("an element without its qualifier", r"NM1.*MI\*", put(8, ""), "IK4 2", "(?!277CA).*"),
    ("a qualifier of an identifier", r"NM1", put(8, "QQ"), CODE, EVERY),
    ("neither person nor organisation", r"NM1", put(2, "9"), CODE, EVERY),
    ("an entity that does not belong there", r"NM1\*(85|1P|X3)", put(1, "ZZ"), CODE, EVERY),
    ("the purpose of the set", r"BHT", put(2, "99"), CODE, EVERY),
    ("a date of the set that is none", r"BHT", put(4, "20261345"), DATE, EVERY),
    ("a time of the set that is none", r"BHT", put(5, "2599"), TIME, EVERY),
    ("a number of the level that is out of sequence", r"HL\*2", put(1, "9"), CODE, EVERY),
    ("a level under one that is not there", r"HL\*2", put(2, "8"), CODE, EVERY),
    ("a level under itself", r"HL\*2", put(2, "2"), CODE, EVERY),
    ("a level under none", r"HL\*2", put(2, ""), CODE, EVERY),
    ("a level that there is not", r"HL\*2", put(3, "99"), CODE, EVERY),
    ("a level that says that it has none under it", r"HL\*1", put(4, "0"), CODE, EVERY),
    ("a level that says neither", r"HL\*2", put(4, "7"), CODE, EVERY),
    ("a level that is missing", r"HL\*2", drop, CODE, EVERY),
    ("a birth date that is none", r"DMG", put(2, "19491330"), DATE, EVERY),
    ("a birth date of the future", r"DMG", put(2, "20990101"), DATE, "837.|27[018].*"),
    ("a sex that is none", r"DMG", put(3, "X"), CODE, EVERY),
    ("a form of date that is none", r"DTP", put(2, "XX"), CODE, EVERY),
    ("a date that there is not", r"DTP.*D8", put(3, "20260230"), DATE, EVERY),
    ("a kind of date that is none", r"DTP", put(1, "999"), CODE, EVERY),
    ("a state that is none", r"N4", put(2, "XX"), CODE, EVERY),
    ("an NPI of nine digits", r"N(M)?1.*XX\*", swap("1234567893", "123456789"), CODE, EVERY),
    ("an NPI with another check digit", r"N(M)?1.*XX\*", swap("1234567893", "1234567890"), "ours", EVERY),
    ("no such procedure code", r"SV\d|SVC", swap(r"HC:\w+", "HC:9921"), CODE, EVERY),
    ("a qualifier of a procedure", r"SV\d|SVC", swap("HC:", "QQ:"), CODE, EVERY),
    ("a place of service that is none", r"CLM", swap("11:B", "95:B"), CODE, "837P"),
    ("a claim without its number", r"CLM|CLP", put(1, ""), MISSING, EVERY),
    ("a claim that does not balance", r"CLM", put(2, "151"), "ours: balance", EVERY),
    ("a payment that does not balance", r"CLP", put(4, "61"), "ours: balance", EVERY),
    ("a charge that does not balance", r"CLP", put(3, "101"), "ours: balance", EVERY),
    ("a line that does not balance", r"SVC", put(3, "61"), "ours: balance", "835"),
    ("an adjustment that does not balance", r"CAS", put(3, "25"), "ours: balance", EVERY),
    ("a transfer that does not balance", r"BPR", put(2, "61"), "ours: balance", EVERY),
    ("an adjustment of the provider that does not balance", r"CLP\*A2", lambda s, _: [*s, "PLB*1234567893*20261231*WO:1*10"], "ours: balance", "835"),
    ("a reason of adjustment that is none", r"CAS", put(2, "ZZZZ"), CODE, EVERY),
    ("a group of adjustment that is none", r"CAS", put(1, "QQ"), CODE, EVERY),
    ("an amount that is no number", r"CAS", put(3, "abc"), NUMBER, EVERY),
    ("a way of payment that is none", r"BPR", put(4, "QQQ"), CODE, EVERY),
    ("a date of payment that is none", r"BPR", put(16, "20261345"), DATE, EVERY),
    ("a list of diagnoses that is none", r"HI", swap("ABK", "ZZZ"), CODE, EVERY),
    ("a diagnosis that looks like none", r"HI", swap(":.*", ":123"), CODE, EVERY),
    ("a diagnosis with a point", r"HI", swap(":.*", ":M54.16"), CODE, EVERY),
    ("a revenue code of two digits", r"SV2", put(1, "45"), CODE, EVERY),
    ("an NDC of nine digits", r"LIN", put(3, "000028715"), CODE, EVERY),
    ("a line out of sequence", r"LX", put(1, "9"), CODE, "837."),
    ("an insurance that is none", r"SBR", put(9, "QQ"), CODE, EVERY),
    ("eligibility that is none", r"EB", put(1, "QQ"), CODE, EVERY),
    ("a question about nothing", r"EQ", drop, "IK3 3", EVERY),
    ("a status category that is none", r"STC", put(1, "ZZ:88"), CODE, EVERY),
    ("a status that is none", r"STC", put(1, "F2:99999"), CODE, EVERY),
    ("a date of status that is none", r"STC", put(2, "20261345"), DATE, EVERY),
    ("a review that is none", r"UM", put(1, "QQ"), CODE, EVERY),
    ("a decision that is none", r"HCR", put(1, "QQ"), CODE, EVERY),
    ("a reason of a decision that is none", r"HCR\*A3", put(3, "ZZZ"), CODE, EVERY),
    ("a measure that is none", r"HSD", put(1, "QQ"), CODE, EVERY),
    ("the payer is missing", r"N(M)?1\*(PR|X3)", drop, "IK3 3", EVERY),
    ("the provider is missing", r"N(M)?1\*(85|1P|PE)", drop, "IK3 3", EVERY),
    ("the patient is missing", r"NM1\*(IL|QC)", drop, "IK3 3", EVERY),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_transactions_that_are_broken_are_without_a_fault(kind):
    segments, number, guide = KINDS[kind]
    assert faults(whole(segments, number, guide)) == []


@pytest.mark.parametrize(("what", "pattern", "way", "code", "kinds"), WAYS, ids=[one[0] for one in WAYS])
def test_each_way_to_break_it_is_told_by_its_code(what, pattern, way, code, kinds):
    made = dict(broken(pattern, way, kinds))
    assert made, what
    missed = {
        kind: codes_of(file) for kind, file in made.items() if not any(code in one for one in codes_of(file))
    }
    assert missed == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("start", "way", "code"),
    [
        ("ISA", drop, "TA1 022"),
        ("GS", drop, "TA1 024"),
        ("ST", drop, "TA1 024"),
        ("SE", drop, "IK5 2"),
        ("GE", drop, "AK9 3"),
        ("IEA", drop, "TA1 023"),
        ("SE", put(1, "7"), "IK5 4"),
        ("GE", put(1, "7"), "AK9 5"),
        ("IEA", put(1, "7"), "TA1 021"),
        ("SE", put(2, "9999"), "IK5 3"),
        ("GE", put(2, "77"), "AK9 4"),
        ("IEA", put(2, "000000099"), "TA1 001"),
        ("GS", put(1, "ZZ"), "AK9 1"),
        ("GS", put(8, "005010X999"), "IK5 19, IK5 I6"),
        ("ST", put(1, "999"), "IK5 18, IK5 I6"),
        ("ISA", put(12, "99999"), "TA1 017"),
    ],
)
def test_the_envelope_of_every_kind_is_watched(kind, start, way, code):
    segments, number, guide = KINDS[kind]
    file = whole(segments, number, guide)
    at = next(place for place, one in enumerate(file) if one.startswith(start))
    assert set(code.split(", ")) & set(codes_of(way(file, at)))
