"""AL1 and IAM as AllergyIntolerance. Source: HL7 v2-to-FHIR, AL1 and IAM[AllergyIntolerance], tables 0127, 0128, 0436, 0438."""

from dataclasses import replace

from careloom.care.entry import Entry, Period, When
from careloom.connect.hl7v2.addresses import numbered
from careloom.connect.hl7v2.coded import Concept, coded, comments, every, join, texts
from careloom.connect.hl7v2.names import full_name
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.tables import (
    ALLERGENS,
    ALLERGIES,
    ALLERGY_STATUS,
    RISKS,
    SENSITIVITIES,
    SEVERITIES,
)
from careloom.errors import InputError
from careloom.knowledge.none_known import allergies_denied, substance_denied

IN_ERROR = "entered-in-error"
# The event that says that what follows was wrong, and IAM-6's word for it.
DELETE = "D"


def allergy(segment: Segment, visit: tuple[str, ...], sent: Sent) -> Entry:
    """An allergy, or that there is none: such an entry is negated and never stands for a substance."""
    source = sent.message.source
    named = coded(segment, 3, source)
    if not named:
        raise InputError("is missing", sent.where(segment, 3))
    kind = segment.text(2).upper()
    if segment.name == "IAM":
        status, certainty, began, recorded, extra = _adverse(segment, sent)
        codes = (*named.codes, *coded(segment, 27, source).codes)
    else:
        status, certainty, recorded, extra = "active", "", None, {}
        began, codes = sent.beside(segment, 6), named.codes
    severity = segment.text(4).upper()
    entry = Entry(
        id=sent.id(segment, "AllergyIntolerance"),
        kind="AllergyIntolerance",
        source=sent.source(
            segment, numbered("AllergyIntolerance", segment, 7) if segment.name == "IAM" else ""
        ),
        codes=tuple(dict.fromkeys(codes)),
        text=named.label,
        category=(ALLERGENS[kind],) if kind in ALLERGENS else (),
        effective=Period(began),
        recorded=recorded,
        status=status,
        certainty=certainty,
        detail={
            **texts(
                allergy_type="allergy" if kind in ALLERGIES else "",
                criticality=RISKS.get(severity),
                reaction=join(one.words for one in every(segment, 5, source)),
                severity=SEVERITIES.get(severity, _said(coded(segment, 4, source), severity)),
                note=comments(segment),
            ),
            **extra,
        },
        references=visit,
    )
    return replace(entry, negated=True) if allergies_denied(entry) or substance_denied(entry) else entry


def _said(severity: Concept, code: str) -> str:
    """The sender's own word for a severity that is none of table 0128; "unknown" is none."""
    return "" if code in ("", "U") else severity.words


def _adverse(iam: Segment, sent: Sent) -> tuple[str, str, When | None, When | None, dict[str, str]]:
    """What an IAM has besides: clinical and verification status, onset, report and kind of sensitivity."""
    status, certainty = ALLERGY_STATUS.get(iam.text(17).upper(), ("active", ""))
    if iam.text(6).upper() == DELETE:
        status = certainty = IN_ERROR
    extra = texts(
        allergy_type=SENSITIVITIES.get(iam.text(9).upper()),
        onset=iam.whole(12),
        author=full_name(iam.one(14)),
    )
    return status, certainty, sent.beside(iam, 11), sent.beside(iam, 24) or sent.beside(iam, 13), extra
