"""A filed document that is no care plan: a DocumentReference with its readable text, findings and Provenance.

Source   US Core 6.1 DocumentReference; HL7 AI Transparency on FHIR 1.0.0-ballot for the security labels.
"""

import base64
import html
from collections.abc import Iterable, Iterator

from careloom.care.document import Statement
from careloom.chart import pas
from careloom.chart.parts import (
    ACT_CODE,
    Filed,
    FiledAs,
    Resource,
    beside,
    ident,
    issue,
    labelled,
    provenance,
    refer,
    supporting,
)
from careloom.chart.people import US_CORE, claims, kept_by, organization, signers, whose

LOINC = "http://loinc.org"
# What it is where its kind has no LOINC code: US Core's value set has this one beside LOINC.
UNKNOWN = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor",
    "code": "UNK",
    "display": "unknown",
}
CATEGORY = f"{US_CORE}/CodeSystem/us-core-documentreference-category"
# The MIME type says all that a reader must know of the form.
FORMAT = {
    "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
    "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient",
    "display": "mimeType Sufficient",
}


def document(filed: Filed, form: FiledAs) -> list[Resource]:
    """The resources of one filed document, the DocumentReference first."""
    proposal, record = filed.proposal, filed.record
    lines = [line for line in proposal.document.statements if line.id in proposal.released]
    people = signers(proposal, filed.decisions)
    reference = _reference(filed, form, lines, people)
    issues = [issue(proposal, finding, record) for finding in proposal.findings]
    asked = pas.claim(filed, lines, reference) if form.claims else []
    others = beside(filed, people)
    kept = organization(filed.custodian)
    told = provenance(filed, [reference, *asked[:1]], people)
    return [reference, *asked, *issues, *people, *others, *kept, told]


def _reference(filed: Filed, form: FiledAs, lines: list[Statement], people: list[Resource]) -> Resource:
    proposal, record = filed.proposal, filed.record
    coding = {"system": LOINC, "code": form.code} if form.code else UNKNOWN
    cited = dict.fromkeys(citation for line in lines for citation in line.citations)
    related = [supporting(record.by_id[one]) for one in cited if one in record.by_id]
    notice = record.notice_with(one for line in lines for one in line.citations)
    found: Resource = {
        "resourceType": "DocumentReference",
        "id": ident("DocumentReference", proposal.id),
        "meta": claims("us-core-documentreference") | labelled(lines, signed=bool(people)),
        "identifier": [{"system": "urn:careloom:proposal", "value": proposal.id}],
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [coding], "text": form.title},
        "category": [{"coding": [{"system": CATEGORY, "code": "clinical-note", "display": "Clinical Note"}]}],
        "subject": whose(record),
        "date": filed.at,
        "author": [refer(person) for person in people] or [{"type": "Device", "display": "Careloom"}],
        "description": form.title,
        "content": [{"attachment": _attachment(filed, form, lines, notice), "format": FORMAT}],
    }
    if people:
        found["authenticator"] = refer(people[-1])
    if kept := kept_by(filed.custodian):
        found["custodian"] = kept
    if related:
        found["context"] = {"related": related}
    if notice:
        label = {"system": ACT_CODE, "code": "42CFRPart2"}
        found["meta"]["security"] = [*found["meta"].get("security", ()), label]
        found["securityLabel"] = [{"coding": [label]}]
    return found


def _attachment(filed: Filed, form: FiledAs, lines: Iterable[Statement], notice: Iterable[str]) -> Resource:
    text = readable(form, lines, notice)
    return {
        "contentType": "text/html",
        "data": base64.b64encode(text.encode()).decode("ascii"),
        "title": form.title,
        "creation": filed.at,
    }


def sectioned(form: FiledAs, lines: Iterable[Statement]) -> Iterator[tuple[str, list[Statement]]]:
    """The lines by section in their kind's order, each section with its title ("" where none is to be read)."""
    told = list(lines)
    for section in dict.fromkeys((*form.sections, *(line.section for line in told))):
        inside = [line for line in told if line.section == section]
        if inside:
            yield form.sections.get(section, section.replace("_", " ").capitalize()), inside


def readable(form: FiledAs, lines: Iterable[Statement], notice: Iterable[str] = ()) -> str:
    """The signed lines as a page that any browser shows: sections in their kind's order, then what must stand beneath."""
    body = []
    for title, inside in sectioned(form, lines):
        body += [f"<h2>{html.escape(title)}</h2>"] if title else []
        body += [f"<p>{html.escape(line.text)}</p>" for line in inside]
    body += [f"<p>{html.escape(line)}</p>" for line in notice]
    title = html.escape(form.title)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>{''.join(body)}</body></html>"
    )
