"""ZIP codes as Safe Harbor has them: three digits where over 20,000 people live, "000" elsewhere.

Source   45 CFR 164.514(b)(2)(i)(B). Census 2000: the 17 areas of the guidance of the Office for Civil Rights of 26 November 2012. Census 2020: 18 areas, the same in two
         sources that know nothing of each other: HRSA's list for UDS+ (office hours FAQ, as repeated on 18 March 2024 in the guide's repository, drajer-health/uds-plus, issue 35),
         and a table of all 33,774 ZIP code tabulation areas (Census 2020, Demographic and Housing Characteristics, table P1, retrieved 22 September 2026)
Never    keeps what was small in one of the censuses, what the Census counts nobody in, or what is no ZIP code
"""

import re

SMALL_2000 = frozenset(
    ["036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884", "890", "893"]
)  # fmt: skip
SMALL_2020 = frozenset(
    ["036", "059", "102", "202", "203", "204", "205", "369", "556", "692", "753", "772", "821", "823", "878", "879", "884", "893"]
)  # fmt: skip
# Without a tabulation area in Census 2020 of the states, the District and Puerto Rico: military mail, offices, codes nobody has, and the islands' own censuses.
UNCOUNTED = frozenset(
    [
        "000", "001", "002", "003", "004", "005", "008", "055", "090", "091", "092", "093", "094", "095", "096", "097", "098", "099", "192", "213", "269", "311",
        "332", "340", "343", "345", "348", "353", "375", "399", "419", "428", "429", "459", "509", "517", "518", "519", "529", "533", "536", "552", "555", "568",
        "569", "578", "579", "589", "621", "632", "642", "643", "649", "659", "663", "682", "694", "695", "696", "697", "698", "699", "702", "709", "715", "732",
        "733", "742", "771", "817", "818", "819", "839", "842", "848", "849", "854", "858", "861", "862", "866", "867", "868", "869", "872", "876", "885", "886",
        "887", "888", "889", "892", "896", "899", "901", "909", "929", "938", "942", "962", "963", "964", "965", "966", "969", "987",
    ]
)  # fmt: skip
SMALL = SMALL_2000 | SMALL_2020 | UNCOUNTED
CODE = re.compile(r"[0-9]{5}(?:-?[0-9]{4})?")


def zip3(code: str) -> str:
    """The first three digits of a ZIP code, "000" where few people live and for what is no ZIP code of five or nine digits."""
    written = code.strip()
    return written[:3] if CODE.fullmatch(written) and written[:3] not in SMALL else "000"
