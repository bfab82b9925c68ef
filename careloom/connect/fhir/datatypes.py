"""FHIR R4 datatypes as they stand on the wire: only the parts that a reader uses.

Numbers are `object`: the decoder gives a decimal as the source's own digits (text), an integer as int.
"""

from typing import TypeAlias

from msgspec import Raw, Struct

Number: TypeAlias = object


class Wire(Struct, rename="camel"):
    """Anything on the wire; FHIR writes its names in camel case."""


class Coding(Wire, gc=False):
    """A code and the system that gives it meaning."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(Wire):
    """A CodeableConcept."""

    coding: list[Coding] = []
    text: str | None = None
    extension: list["Extension"] | None = None


class WireIdentifier(Wire):
    """An Identifier."""

    system: str | None = None
    value: str | None = None
    type: Concept | None = None


class Reference(Wire):
    """A reference to another resource, by address or by identifier."""

    reference: str | None = None
    identifier: WireIdentifier | None = None
    display: str | None = None
    type: str | None = None


class Quantity(Wire, gc=False):
    """A number with its unit; also SimpleQuantity, Age and Duration."""

    value: Number = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class WireRange(Wire):
    """A Range of quantities."""

    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Wire):
    """A Ratio of quantities."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class WirePeriod(Wire, gc=False):
    """A Period."""

    start: str | None = None
    end: str | None = None


class Annotation(Wire):
    """A note that somebody added."""

    text: str | None = None


class Attachment(Wire, gc=False):
    """A file, inline (`data`, base64) or elsewhere (`url`)."""

    content_type: str | None = None
    data: str | None = None
    url: str | None = None
    title: str | None = None


class Repeat(Wire):
    """Timing.repeat: how often."""

    bounds_period: WirePeriod | None = None
    bounds_duration: Quantity | None = None
    count: Number = None
    frequency: Number = None
    frequency_max: Number = None
    period: Number = None
    period_max: Number = None
    period_unit: str | None = None
    day_of_week: list[str] = []
    time_of_day: list[str] = []
    when: list[str] = []


class Timing(Wire):
    """A Timing: when something is to happen."""

    event: list[str] = []
    repeat: Repeat | None = None
    code: Concept | None = None


class Dose(Wire):
    """Dosage.doseAndRate, and the same parts of MedicationAdministration.dosage."""

    dose_quantity: Quantity | None = None
    dose_range: WireRange | None = None
    rate_quantity: Quantity | None = None
    rate_range: WireRange | None = None
    rate_ratio: Ratio | None = None


class DosageInstruction(Wire):
    """A Dosage: how a drug is to be taken."""

    text: str | None = None
    patient_instruction: str | None = None
    timing: Timing | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: Concept | None = None
    route: Concept | None = None
    # HL7's own examples of draft orders have one without its list.
    dose_and_rate: list[Dose] | Dose = []


class WireName(Wire):
    """A HumanName."""

    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: list[str | None] = []
    suffix: list[str | None] = []


class WireAddress(Wire):
    """An Address."""

    text: str | None = None
    line: list[str | None] = []
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


class ContactPoint(Wire, gc=False):
    """A telephone number, an e-mail address, …."""

    system: str | None = None
    value: str | None = None
    use: str | None = None


class Extension(Wire):
    """An Extension: its address and the few kinds of value that a reader looks at."""

    url: str | None = None
    value_boolean: bool | None = None
    value_coding: Coding | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_date: str | None = None
    value_date_time: str | None = None
    value_canonical: str | None = None
    value_uri: str | None = None
    value_period: WirePeriod | None = None
    extension: list["Extension"] = []


class Narrative(Wire, gc=False):
    """A resource's own narrative, XHTML."""

    div: str | None = None


class Meta(Wire, gc=False):
    """Resource.meta: when its server changed it last, and which profiles it claims."""

    last_updated: str | None = None
    profile: list[str] = []


class Resource(Wire, tag_field="resourceType"):
    """What every resource has; each subclass is tagged with the name of its type."""

    id: str | None = None
    meta: Meta | None = None
    contained: list[Raw] = []
