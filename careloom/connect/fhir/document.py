"""Papers: DocumentReference with its text, Consent and Provenance."""

from msgspec import field

from careloom.care.entry import Entry, Period
from careloom.connect.fhir.attachment import inline
from careloom.connect.fhir.datatypes import Attachment, Coding, Concept, Reference, Resource, Wire, WirePeriod
from careloom.connect.fhir.encounter import Device
from careloom.connect.fhir.meaning import texts
from careloom.connect.fhir.people import everyone, who
from careloom.connect.fhir.place import Place, tail
from careloom.connect.fhir.words import all_codes, categories, codes, join, words


class Content(Wire):
    """DocumentReference.content."""

    attachment: Attachment | None = None


class Context(Wire):
    """DocumentReference.context."""

    encounter: list[Reference] = []
    period: WirePeriod | None = None
    related: list[Reference] = []


class DocumentReference(Resource, tag="DocumentReference"):
    """A note or another document."""

    status: str | None = None
    doc_status: str | None = None
    type: Concept | None = None
    category: list[Concept] = []
    subject: Reference | None = None
    date: str | None = None
    author: list[Reference] = []
    description: str | None = None
    content: list[Content] = []
    context: Context | None = None


class Actor(Wire):
    """Consent.provision.actor: somebody in a role."""

    role: Concept | None = None
    reference: Reference | None = None


class Provision(Wire):
    """Consent.provision."""

    type: str | None = None
    period: WirePeriod | None = None
    actor: list[Actor] = []
    purpose: list[Coding] = []
    security_label: list[Coding] = []


class Consent(Resource, tag="Consent"):
    """What the patient agreed to, or an advance directive."""

    status: str | None = None
    scope: Concept | None = None
    category: list[Concept] = []
    subject: Reference | None = field(name="patient", default=None)
    date_time: str | None = None
    performer: list[Reference] = []
    policy_rule: Concept | None = None
    source_attachment: Attachment | None = None
    provision: Provision | None = None


class Agent(Wire):
    """Provenance.agent."""

    type: Concept | None = None
    who: Reference | None = None


class Provenance(Resource, tag="Provenance"):
    """Who wrote something. Its subject is that of its targets."""

    target: list[Reference] = []
    occurred_date_time: str | None = None
    occurred_period: WirePeriod | None = None
    recorded: str | None = None
    activity: Concept | None = None
    agent: list[Agent] = []


def document(it: DocumentReference, at: Place) -> Entry:
    """A document: `text` is its whole inline text, "" where the text lies elsewhere."""
    found = inline([one.attachment for one in it.content], "content[{}].attachment", at)
    context = it.context or Context()
    titles = [one.attachment.title for one in it.content if one.attachment and one.attachment.title]
    written = at.when(it.date, "date")
    held = at.period(context.period, "context.period")
    machine = bool(it.author) and all(_is_device(one, at) for one in it.author)
    return Entry(
        id=at.id,
        kind="DocumentReference",
        source=at.source,
        codes=codes(it.type),
        text=found.text if found else "",
        category=categories(it.category),
        effective=held if held != Period() else Period(written),
        recorded=written,
        status=it.status,
        detail=texts(
            title=it.description or join(titles) or (it.type.text if it.type else ""),
            author=everyone(it.author, at),
            text_from=found.place if found and found.text else "",
            note=found.unread if found else "",
            completion=it.doc_status,
            machine_written="true" if machine else "",
        ),
        references=at.to(*context.encounter, *context.related),
    )


def _is_device(author: Reference, at: Place) -> bool:
    if author.type == "Device" or tail(author.reference or "").startswith("Device/"):
        return True
    return isinstance(at.follow(author), Device)


def consent(it: Consent, at: Place) -> Entry:
    """A consent or directive: `value` is permit or deny where it says so; who may receive, what for, and about what."""
    provision = it.provision or Provision()
    receiving = [one.reference for one in provision.actor if one.reference and _receives(one)]
    labels = [*provision.security_label, *(it.policy_rule.coding if it.policy_rule else ())]
    signed = at.when(it.date_time, "dateTime")
    held = at.period(provision.period, "provision.period")
    return Entry(
        id=at.id,
        kind="Consent",
        source=at.source,
        codes=all_codes(it.category),
        text=join(words(one) for one in it.category) or words(it.scope),
        category=categories([it.scope]) if it.scope else (),
        value=provision.type,
        effective=held if held != Period() else Period(signed),
        recorded=signed,
        status=it.status,
        detail=texts(
            author=everyone(it.performer, at),
            document=(it.source_attachment.title or "") if it.source_attachment else "",
            note=words(it.policy_rule),
            recipient=everyone(receiving, at),
            purpose=join(one.display or one.code or "" for one in provision.purpose),
            labels=" ".join(dict.fromkeys(one.code for one in labels if one.code)),
        ),
    )


def _receives(actor: Actor) -> bool:
    """Whether somebody is a recipient (v3-ParticipationType IRCP, PRCP), or no role is given."""
    codes_of = {one.code for one in actor.role.coding} if actor.role else set()
    return not codes_of or bool(codes_of & {"IRCP", "PRCP"})


def provenance(it: Provenance, at: Place) -> Entry:
    """Who wrote what: the targets are the references."""
    happened = at.at(it.occurred_date_time, it.occurred_period, "occurred")
    recorded = at.when(it.recorded, "recorded")
    agents = [f"{words(one.type)}: {who(one.who, at)}".strip(": ") for one in it.agent]
    return Entry(
        id=at.id,
        kind="Provenance",
        source=at.source,
        codes=codes(it.activity),
        text=words(it.activity),
        effective=happened if happened != Period() else Period(recorded),
        recorded=recorded,
        subject="other",
        detail=texts(author=join(agents)),
        references=at.to(*it.target),
    )
