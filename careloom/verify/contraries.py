"""Words of which a thing has one or another, and never both: stages, types, kinds, parts of an organ.

Misses   contraries that neither this list nor a number tells; a thing that has two of them at once
"""

import re

from careloom.verify.lexicon import stem

_GROUPS = (
    "alzheimer vascular lewy frontotemporal",
    "gastric duodenal esophageal",
    "colon rectal anal",
    "aortic mitral tricuspid pulmonic pulmonary",
    "stenosis regurgitation prolapse",
    "crohn ulcerative microscopic",
    "ischemic hemorrhagic",
    "systolic diastolic",
    "reduced preserved",
    "stable unstable",
    "viral bacterial fungal parasitic",
    "benign malignant",
    "paroxysmal persistent permanent",
    "lymphoid lymphocytic lymphoblastic myeloid myelogenous myeloblastic",
    "hodgkin nonhodgkin",
    "acute chronic",
    "congenital acquired",
    "proximal distal",
    "medial lateral",
    "anterior posterior inferior",
    "upper lower middle",
    "superficial deep",
    "cervical thoracic lumbar sacral",
    "sinusitis pharyngitis bronchitis laryngitis tonsillitis otitis pneumonia",
    "cystitis pyelonephritis urethritis prostatitis",
    "hypothyroid hyperthyroid",
    "hypokalemia hyperkalemia",
    "hyponatremia hypernatremia",
    "hypocalcemia hypercalcemia",
    "hypoglycemia hyperglycemia",
    "hypotension hypertension",
    "tachycardia bradycardia",
    "fibrillation flutter tachycardia",
    "stemi nstemi",
    "femur tibia fibula radius ulna humerus clavicle scaphoid pelvis patella",
    "knee hip shoulder elbow wrist ankle hand foot",
    "breast lung prostate colon ovarian cervical thyroid pancreatic gastric bladder kidney liver",
    "heterozygous homozygous",
    "obstructive central restrictive",
    "inguinal umbilical femoral hiatal ventral",
    "bipolar unipolar",
    "manic depressive",
    "allergic infectious",
)
GROUPS = tuple(frozenset(stem(word) for word in line.split()) for line in _GROUPS)
_NUMBERED = re.compile(
    r"\b(stage|type|class|grade|category|factor|gravida|para)\W{1,2}(?:class\W)?(\d{1,2}[a-d]?|[ivx]{1,4}[a-d]?)\b",
    re.I,
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}


def differ(said: frozenset[str], known: frozenset[str]) -> bool:
    """Whether two names' stems have contrary words."""
    return any(
        (one := group & said) and (other := group & known) and not one & known and not other & said
        for group in GROUPS
    )


def numbers_differ(said: str, known: str) -> bool:
    """Whether two names have another stage, type or class: "3" and "3a" are one, "3a" and "3b" are two."""
    one, other = numbers_of(said), numbers_of(known)
    return any(
        not (one[label].startswith(other[label]) or other[label].startswith(one[label]))
        for label in one.keys() & other.keys()
    )


def numbers_of(text: str) -> dict[str, str]:
    """The stage, type, class and the like that a name has, each in figures ("ii" is "2"); of two the last."""
    found = {}
    for label, number in _NUMBERED.findall(text):
        bare = number.lower()
        digits = re.match(r"[ivx]+", bare)
        if digits:
            bare = _ROMAN.get(digits.group(), bare) + bare[digits.end() :]
        found[label.lower()] = bare
    return found
