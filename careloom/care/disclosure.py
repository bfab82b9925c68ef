"""What left about a patient: to whom, what, on which ground, and whether it stands in the accounting that she may ask for.

Source   45 CFR 164.528(a)(1) (what is left out), (b)(2) (what is told of each); 164.506, 164.508, 164.510, 164.512(a)-(l) (grounds);
         42 CFR 2.25 (with consent under 2.31: the last three years), 2.51 (medical emergencies)
Misses   a suspension that an agency asks for (164.528(a)(2)): who gives the accounting leaves such a line out and writes down why
"""

from dataclasses import dataclass
from datetime import date

from careloom.care.audited import Purpose

# So far back an accounting reaches; of what left with a consent under 42 CFR 2.31, three years (2.25(a)).
YEARS, PART2_YEARS = 6, 3


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which something may leave: its words, where the rule is, and whether it is counted (else why it is not)."""

    id: str
    words: str
    source: str
    purpose: Purpose
    not_counted: str = ""
    part2: bool = False

    @property
    def counted(self) -> bool:
        """Whether it stands in the accounting under 45 CFR 164.528."""
        return not self.not_counted


GROUNDS = (
    Ground("law", "a law requires it", "45 CFR 164.512(a)", Purpose.LEGAL),
    Ground("public-health", "public health", "45 CFR 164.512(b)", Purpose.PUBLIC_HEALTH),
    Ground("abuse", "abuse, neglect or domestic violence", "45 CFR 164.512(c)", Purpose.LEGAL),
    Ground("oversight", "health oversight", "45 CFR 164.512(d)", Purpose.LEGAL),
    Ground("court", "a court or a tribunal", "45 CFR 164.512(e)", Purpose.LEGAL),
    Ground("police", "law enforcement", "45 CFR 164.512(f)", Purpose.LEGAL),
    Ground("death", "a coroner, medical examiner or funeral director", "45 CFR 164.512(g)", Purpose.LEGAL),
    Ground("donation", "organ, eye or tissue donation", "45 CFR 164.512(h)", Purpose.UNSAID),
    Ground("research", "research without an authorization", "45 CFR 164.512(i)", Purpose.RESEARCH),
    Ground("threat", "a serious and imminent threat", "45 CFR 164.512(j)", Purpose.UNSAID),
    Ground("compensation", "workers' compensation", "45 CFR 164.512(l)", Purpose.LEGAL),
    Ground("mistake", "by mistake, without a ground", "45 CFR 164.528(a)(1)", Purpose.UNSAID),
    Ground("treatment", "treatment", "45 CFR 164.506", Purpose.TREATMENT, "164.528(a)(1)(i)"),
    Ground("payment", "payment", "45 CFR 164.506", Purpose.PAYMENT, "164.528(a)(1)(i)"),
    Ground("operations", "health care operations", "45 CFR 164.506", Purpose.OPERATIONS, "164.528(a)(1)(i)"),
    Ground("patient", "to the patient", "45 CFR 164.502", Purpose.REQUESTED, "164.528(a)(1)(ii)"),
    Ground(
        "authorization", "the patient authorized it", "45 CFR 164.508", Purpose.REQUESTED, "164.528(a)(1)(iv)"
    ),
    Ground(
        "family", "somebody involved in her care", "45 CFR 164.510", Purpose.TREATMENT, "164.528(a)(1)(v)"
    ),
    Ground(
        "part2-consent",
        "a consent to what a substance-use programme sent",
        "42 CFR 2.31",
        Purpose.REQUESTED,
        "164.528(a)(1)(i) or (iv); 42 CFR 2.25 has it listed apart",
        part2=True,
    ),
    Ground(
        "part2-emergency",
        "a medical emergency, without consent",
        "42 CFR 2.51",
        Purpose.EMERGENCY,
        "164.528(a)(1)(i)",
        part2=True,
    ),
)
BY_ID = {one.id: one for one in GROUNDS}
# What a person writes down; the emergency has its own page, which asks for what 2.51(c) asks for.
WRITTEN = tuple(one for one in GROUNDS if one.id not in ("patient", "part2-emergency"))


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Something that left: on which day, to whom, at which address, what, what for, on which ground, written down by whom."""

    on: date
    to: str
    address: str
    what: str
    why: str
    ground: Ground
    by: str


@dataclass(frozen=True, slots=True)
class Account:
    """The accounting of one patient's disclosures: counted, of a substance-use programme, and what is left out with its reason."""

    patient: str
    since: date
    until: date
    counted: tuple[Disclosure, ...]
    part2: tuple[Disclosure, ...]
    left_out: tuple[Disclosure, ...]
