"""The header: who the patient is, what the document is, its authors and keeper, the visit, the people around the patient."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from careloom.care.entry import Entry, Identifier, Period, Person
from careloom.connect.ccda import people
from careloom.connect.ccda.concept import detail, join
from careloom.connect.ccda.element import Element, attribute, every, is_null, one, said, xpath
from careloom.connect.ccda.note import Written
from careloom.connect.ccda.procedure import visit_class, visit_status
from careloom.connect.ccda.sheet import Sheet
from careloom.connect.ccda.systems import UUID, identifier, system
from careloom.errors import InputError, PatientMismatch

# v3 AdministrativeGender → FHIR (C-CDA on FHIR, CF-AdministrativeGender).
SEXES = {"F": "female", "M": "male", "UN": "other", "U": "unknown", "UNK": "unknown"}
# What of the header only names people and papers, and is counted.
NAMED = (
    "dataEnterer", "informant", "informationRecipient", "legalAuthenticator", "authenticator", "inFulfillmentOf",
    "relatedDocument",
)  # fmt: skip
# Participants who pay or are insured stand in the coverage.
INSURANCE = frozenset({"HLD", "COV"})
# C-CDA R2.1, US Realm Header: the category, and with sdtc: what is said beside it.
ORIGINS = {
    "race": ("raceCode", "sdtc:raceCode"),
    "ethnicity": ("ethnicGroupCode", "sdtc:ethnicGroupCode"),
}
PARENTS = frozenset({"PRS", "NOK", "CAREGIVER", "ECON", "GUARD", "AGNT", "QUAL", "POLHOLD"})


def person(root: Element, sheet: Sheet) -> Person:
    """Whom the document is about.

    Raises PatientMismatch for two record targets that are not one person, InputError for none.
    """
    targets = list(every(root, "recordTarget"))
    if not targets:
        raise InputError("names no patient (recordTarget is missing)", "/ClinicalDocument")
    found = [_person(target, sheet) for target in targets]
    if any(other != found[0] for other in found[1:]):
        raise PatientMismatch("the document is about two patients", " and ".join(map(xpath, targets[:2])))
    return found[0]


def _person(target: Element, sheet: Sheet) -> Person:
    role = one(target, "patientRole")
    patient = one(role, "patient")
    source = sheet.message.source
    identifiers = tuple(
        dict.fromkeys(named for key in people.keys(role) if (named := _number(key, source)) is not None)
    )
    if not identifiers:
        # Somebody without a number has at least the place where they are named.
        identifiers = (
            Identifier(f"urn:careloom:source:{source}", f"{sheet.message.sha256[:16]} recordTarget"),
        )
    return Person(
        identifiers=identifiers,
        names=people.names(patient),
        birth_date=_birth_date(patient, sheet),
        sex=_sex(patient),
        addresses=tuple(said for each in every(role, "addr") if (said := people.address(each))),
        telecoms=tuple(
            dict.fromkeys(number for each in every(role, "telecom") if (number := people.telecom(each)))
        ),
        deceased=_deceased(patient, sheet),
        uses=tuple(
            dict.fromkeys(
                (number, use)
                for each in every(role, "telecom")
                if (number := people.telecom(each)) and (use := people.telecom_use(each))
            )
        ),
    )


def _number(key: people.Ids, source: str) -> Identifier | None:
    """A patient's number. An OID alone mostly names whoever assigns numbers, and would make all its patients one."""
    return identifier(*key, source) if key[1] or UUID.fullmatch(key[0]) else None


def _birth_date(patient: Element | None, sheet: Sheet) -> str | None:
    """The day (or month, or year) of birth; a time of day is left away."""
    born = one(patient, "birthTime")
    found = sheet.when(born)
    return found.text[:10] if found else None


def _sex(patient: Element | None) -> str | None:
    gender = one(patient, "administrativeGenderCode")
    code = attribute(gender, "code")
    if code:
        return SEXES.get(code)
    return "unknown" if attribute(gender, "nullFlavor") in ("UNK", "ASKU", "NASK") else None


def _deceased(patient: Element | None, sheet: Sheet) -> str | None:
    time = sheet.when(one(patient, "sdtc:deceasedTime"))
    if time:
        return time.text
    return "true" if attribute(one(patient, "sdtc:deceasedInd"), "value") == "true" else None


def patient(root: Element, sheet: Sheet, whose: Person) -> None:
    """What the document says of who the patient is. Names, identifiers and addresses stay in `Person`."""
    target = one(root, "recordTarget", "patientRole")
    found = one(target, "patient")
    if found is None or target is None:
        return
    sheet.add(
        target,
        "Patient",
        detail=detail(
            birth_date=whose.birth_date or "",
            sex=whose.sex or "",
            deceased=whose.deceased or "",
            language=_language(found),
            proxy=join(_guardians(found, sheet)),
        ),
        elements={
            name: said
            for name, kinds in ORIGINS.items()
            if (said := tuple(_codes(each for kind in kinds for each in every(found, kind))))
        },
    )


def _codes(elements: Iterable[Element]) -> Iterator[str]:
    """Their codes as "system|code"."""
    for each in elements:
        if code := attribute(each, "code"):
            yield f"{system(attribute(each, 'codeSystem'))}|{code}"


def _language(patient: Element) -> str:
    """The language to use: the preferred one, else the only one."""
    spoken = [
        each
        for each in every(patient, "languageCommunication")
        if attribute(one(each, "languageCode"), "code")
    ]
    preferred = [each for each in spoken if attribute(one(each, "preferenceInd"), "value") == "true"]
    chosen = next(iter(preferred), spoken[0] if len(spoken) == 1 else None)
    return attribute(one(chosen, "languageCode"), "code") if chosen is not None else ""


def _guardians(patient: Element, sheet: Sheet) -> Iterator[str]:
    for guardian in every(patient, "guardian"):
        relation = sheet.concept(guardian, "code").words or "guardian"
        called = people.full_name(one(guardian, "guardianPerson")) or said(
            one(guardian, "guardianOrganization", "name")
        )
        yield f"{called} ({relation})" if called else relation


def written(root: Element, sheet: Sheet) -> Written:
    """When and by whom the document was written, and what kind of document it is."""
    time = sheet.when(one(root, "effectiveTime"))
    named = [who for who, _ in people.authors(root, sheet.known)]
    return Written(Period(time), join(named), sheet.concept(root, "code"))


def document(root: Element, sheet: Sheet, about: Written) -> None:
    """The document itself, without its text: what it says stands in the other entries."""
    title = said(one(root, "title"))
    keeper = said(one(root, "custodian", "assignedCustodian", "representedCustodianOrganization", "name"))
    sheet.add(
        root,
        "DocumentReference",
        codes=about.kind.codes,
        effective=about.period,
        recorded=about.period.start,
        status="current",
        detail=detail(
            title=title or about.kind.words,
            author=about.author,
            custodian=keeper,
        ),
    )


def around(root: Element, sheet: Sheet) -> None:
    """What was done, who cares, who stands by the patient, and what they agreed to."""
    for event in every(root, "documentationOf", "serviceEvent"):
        _service(event, sheet)
    for participant in every(root, "participant"):
        _relative(participant, sheet)
    for consent in every(root, "authorization", "consent"):
        _consent(consent, sheet)
    for kind in NAMED:
        count = sum(1 for _ in every(root, kind))
        if count:
            sheet.looked_up[kind] += count


def stays(root: Element, sheet: Sheet) -> None:
    """The visit in which the document was written; one that stands in the body too is completed there."""
    for stay in every(root, "componentOf", "encompassingEncounter"):
        made = _stay(stay, sheet)
        keys = set(people.keys(stay))
        twin = next(
            (
                n
                for n, entry in enumerate(sheet.entries)
                if entry.id in {sheet.by_key.get(key) for key in keys}
            ),
            None,
        )
        if twin is not None and sheet.entries[twin].kind == "Encounter" and sheet.entries[twin].id != made.id:
            sheet.entries.pop()
            sheet.entries[twin] = _completed(sheet.entries[twin], made)


def _completed(entry: Entry, other: Entry) -> Entry:
    """A visit with what only another telling of it says."""
    held = Period(entry.effective.start or other.effective.start, entry.effective.end or other.effective.end)
    return replace(
        entry,
        codes=entry.codes or other.codes,
        effective=held,
        status=entry.status if entry.status != "unknown" else other.status,
        detail={**other.detail, **entry.detail},
    )


def _stay(stay: Element, sheet: Sheet) -> Entry:
    coded = sheet.concept(stay, "code")
    kinds = tuple(code for code in coded.codes if not code.system.endswith("v3-ActCode"))
    met = [
        people.called(one(each, "assignedEntity"), sheet.known)
        for kind in ("responsibleParty", "encounterParticipant")
        for each in every(stay, kind)
    ]
    facility = one(stay, "location", "healthCareFacility")
    where = said(one(facility, "location", "name")) or said(
        one(facility, "serviceProviderOrganization", "name")
    )
    named = visit_class(coded)
    return sheet.add(
        stay,
        "Encounter",
        codes=kinds,
        text=coded.text or ("" if kinds else named),
        effective=sheet.period(one(stay, "effectiveTime")),
        status=visit_status("", stay),
        detail=detail(
            class_=named,
            discharge=sheet.concept(stay, "dischargeDispositionCode").words,
            author=join(met) or where,
        ),
    )


def _service(event: Element, sheet: Sheet) -> None:
    """The service that is documented: whoever performed it is the care team; what it was, a procedure."""
    held = sheet.period(one(event, "effectiveTime"))
    coded = sheet.concept(event, "code")
    members = [_performer(each, sheet) for each in every(event, "performer")]
    if coded.words and attribute(event, "classCode") != "PCPR":
        sheet.add(
            event,
            "Procedure",
            codes=coded.codes,
            text=coded.text,
            effective=held,
            status="completed" if held.end or attribute(one(event, "effectiveTime"), "value") else "unknown",
            detail=detail(
                author=join(
                    people.called(one(each, "assignedEntity"), sheet.known)
                    for each in every(event, "performer")
                )
            ),
        )
    elif any(members):
        sheet.add(
            event, "CareTeam", effective=held, status="active", detail=detail(participants=join(members))
        )
    else:
        sheet.used.add(event)


def _performer(element: Element, sheet: Sheet) -> str:
    role = one(element, "assignedEntity")
    as_what = sheet.concept(element, "functionCode").words or sheet.concept(role, "code").words
    called = people.called(role, sheet.known)
    return f"{as_what}: {called}".removeprefix(": ") if called else ""


def _relative(participant: Element, sheet: Sheet) -> None:
    """Somebody around the patient: "relation: name"; a payer or an employer is only counted."""
    role = one(participant, "associatedEntity")
    kind = attribute(role, "classCode")
    named = people.called(role, sheet.known)
    if role is None or attribute(participant, "typeCode") in INSURANCE or kind not in PARENTS or not named:
        sheet.looked_up["participant"] += 1
        return
    coded = sheet.concept(role, "code")
    relation = coded.words or {"NOK": "next of kin", "ECON": "emergency contact", "GUARD": "guardian"}.get(
        kind, ""
    )
    sheet.add(
        participant,
        "RelatedPerson",
        codes=coded.codes,
        text=f"{relation}: {named}" if relation else named,
        effective=sheet.period(one(participant, "time")),
        status="active",
        subject="other",
        detail=detail(relation=relation),
    )


def _consent(consent: Element, sheet: Sheet) -> None:
    coded = sheet.concept(consent, "code")
    if not coded.words or is_null(consent):
        sheet.looked_up["authorization"] += 1
        return
    sheet.add(
        consent,
        "Consent",
        codes=coded.codes,
        text=coded.words,
        status="active" if attribute(one(consent, "statusCode"), "code") == "completed" else None,
    )
