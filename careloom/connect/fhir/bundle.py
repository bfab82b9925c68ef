"""Resources that came together: what each is, whom it is about, and the readings they make."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from careloom.care.elsewhere import Named, Withdrawal
from careloom.care.entry import Entry, Message, Person, Reading, Rejection, when
from careloom.care.outcome import is_serious, meaning
from careloom.connect.fhir.datatypes import Resource
from careloom.connect.fhir.names import counted_as
from careloom.connect.fhir.place import Item, Links, Sender, address, identify, place, tail
from careloom.connect.fhir.subjects import Subjects
from careloom.connect.fhir.types import BESIDE, READS, gives_names, is_lookup, tag
from careloom.connect.fhir.wire import (
    BUNDLE,
    ENTRY,
    OUTCOME,
    READ_ENTRY,
    Bundle,
    BundleEntry,
    Unread,
    contained,
    head,
    label_detail,
    resource,
    shape,
)
from careloom.errors import InputError, PatientMismatch

# Bundles of these types are about one person; searchset, batch and history may hold many.
ABOUT_ONE = frozenset({"document", "collection", "transaction", "message"})
# What a label that we read holds: of an AI, of a substance-use programme.
LABELS = (b"AIAST", b"42CFRPart2", b'"ETH"')
DEEPEST = 3
# A longer text that an attachment leads to stays in its own message.
MOST_NAMED = 4 << 20


@dataclass(slots=True)
class Part:
    """A resource's JSON, its place, and the address that its Bundle gives it."""

    where: str
    raw: bytes | msgspec.Raw
    full_url: str = ""


@dataclass(slots=True)
class Heap:
    """What has been found so far in a message or in a part of a stream; `bundled` where it came as a Bundle's entries."""

    message: Message
    links: Links
    about_one: bool = False
    bundled: bool = False
    items: list[Item] = field(default_factory=list)
    nested: list[Part] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    looked_up: Counter[str] = field(default_factory=Counter)
    labelled: dict[str, dict[str, str]] = field(default_factory=dict)
    withdrawn: list[Withdrawal] = field(default_factory=list)

    def add(self, part: Part, *, look_for_labels: bool = False) -> None:
        """Read one resource's JSON; what can't be read becomes a rejection."""
        try:
            found = resource(part.raw, part.where)
        except InputError as error:
            self.reject(error, part.where)
            return
        if isinstance(found, Unread):
            if found.kind == "Bundle":
                self.nested.append(Part(part.where, found.raw, part.full_url))
            elif not (found.kind == "OperationOutcome" and self._missing(found.raw, part.where)):
                self.unknown[counted_as(found.kind)] += 1
            return
        if look_for_labels and (said := label_detail(part.raw)):
            self.labelled[part.where] = said
        self.keep(found, part.where, part.full_url)

    def _missing(self, raw: bytes, where: str) -> bool:
        """Keep that something could not be given, where an outcome in a resource's place says so.

        Among the results of a search it is a remark, which whoever searched tells.
        """
        if self.bundled:
            return False
        try:
            issues = OUTCOME.decode(raw).issue
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return False
        why = dict.fromkeys(meaning(one.code or "") for one in issues if is_serious(one.severity or ""))
        if why:
            self.reject(InputError(f"the sender could not give this: {'; '.join(why)}"), where)
        return bool(why)

    def keep(self, found: Resource, where: str, full_url: str) -> None:
        """Keep a typed resource and make it reachable for the others."""
        item = Item(found, tag(type(found)), where, full_url)
        self.items.append(item)
        self.links.add(item)

    def withdraw(self, url: str, where: str, at: str) -> None:
        """Keep that the sender has deleted what stands at an address of its own."""
        gone = tail(address(url))
        if gone != address(url):
            self.reject(InputError("deletes what a search finds, which can't be followed"), where)
        elif not self.links.sender.known:
            self.unknown["deletion by an unnamed sender"] += 1
        else:
            self.withdrawn.append(Withdrawal(gone, where, self._instant(at)))

    def _instant(self, text: str) -> datetime | None:
        try:
            return when(text, self.message.zone).earliest if text else None
        except InputError:
            return None

    def reject(self, error: InputError, where: str) -> None:
        """Keep the reason why something could not be read."""
        self.rejected.append(Rejection(error.where or where, error.reason, type(error).__name__))


def may_be_labelled(data: bytes) -> bool:
    """Whether one of the labels that we read may stand in some JSON: worth a closer look."""
    return any(label in data for label in LABELS)


def open_bundle(raw: bytes | msgspec.Raw, root: str) -> Bundle:
    """A Bundle with its entries unread. Raises InputError naming the part that is not as FHIR has it."""
    try:
        return BUNDLE.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise shape(error, root) from None


def read_bundle(
    message: Message, bundle: Bundle, root: str, *, labelled: bool, sender: Sender, depth: int = 0
) -> Iterator[Reading]:
    """The readings of a Bundle; `root` is its path ("Bundle", "line 9", …), `labelled` that it may hold AI labels.

    Raises PatientMismatch where a Bundle about one person holds two Patients.
    """
    heap = Heap(message, Links(sender=sender), about_one=bundle.type in ABOUT_ONE, bundled=True)
    in_one_step = not labelled and bundle.type != "history"
    earlier: set[str] = set()
    for number, raw in enumerate(bundle.entry):
        where = f"{root}.entry[{number}]"
        if in_one_step:
            try:
                read = READ_ENTRY.decode(raw)
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                pass  # The slow way says what is wrong and where.
            else:
                heap.keep(read.resource, f"{where}.resource", read.full_url or "")
                continue
        try:
            entry = ENTRY.decode(raw)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            heap.reject(shape(error, where), where)
            continue
        if bundle.type == "history" and _is_earlier(entry, earlier, heap):
            continue
        if entry.request and entry.request.method == "DELETE" and not bytes(entry.resource):
            heap.withdraw(entry.request.url or "", where, _deleted_at(entry, bundle))
        elif bytes(entry.resource):
            part = Part(f"{where}.resource", entry.resource, entry.full_url or "")
            heap.add(part, look_for_labels=labelled)
    yield from readings(heap)
    for part in heap.nested:
        yield from nested(message, part, depth + 1, sender)


def _deleted_at(entry: BundleEntry, bundle: Bundle) -> str:
    """When something was deleted: as the entry says, else as its Bundle does."""
    said = entry.response.last_modified if entry.response else None
    return said or (bundle.meta.last_updated if bundle.meta else None) or ""


def nested(message: Message, part: Part, depth: int, sender: Sender) -> Iterator[Reading]:
    """A Bundle inside a Bundle or a stream is a message of its own: what is wrong with it stays with it."""
    try:
        if depth > DEEPEST:
            raise InputError("is nested too deeply", part.where)
        bundle = open_bundle(part.raw, part.where)
        labelled = may_be_labelled(bytes(part.raw))
        yield from read_bundle(message, bundle, part.where, labelled=labelled, sender=sender, depth=depth)
    except InputError as error:
        yield refused(error, part.where)


def refused(error: InputError, where: str) -> Reading:
    """A reading about nobody that says why a part of a message was refused as a whole."""
    return Reading(Person(), rejected=(Rejection(error.where or where, error.reason, type(error).__name__),))


def _is_earlier(entry: BundleEntry, seen: set[str], heap: Heap) -> bool:
    """Whether a history entry is an older version of what stood before it, or of what was deleted."""
    named = entry.full_url or ""
    raw = bytes(entry.resource)
    kind = "resource"
    if raw:
        try:
            found = head(raw, "")
        except InputError:
            return False
        kind = found.resource_type or ""
        named = named or f"{kind}/{found.id}"
    elif entry.request:
        named = named or tail(address(entry.request.url or ""))
    if named not in seen:
        seen.add(named)
        return False
    if raw:
        heap.unknown[f"{counted_as(kind)} (earlier version)"] += 1
    return True


def readings(heap: Heap) -> Iterator[Reading]:
    """One reading per person, then one about nobody for what could not be given to anybody.

    With one person only, everything stands in their reading. Raises PatientMismatch.
    """
    identify(heap.message, (item for item in heap.items if not is_lookup(item.resource)))
    subjects = Subjects(heap.message, heap.links)
    subjects.add(heap.items)
    if heap.about_one and len(subjects.patients) > 1:
        places = [item.where for item in heap.items if item.kind == "Patient"]
        raise PatientMismatch("one message holds two patients", " and ".join(places[:2]))
    found: dict[str, list[Entry]] = {}
    for item in heap.items:
        try:
            subjects.link(item)
        except InputError as error:
            heap.reject(error, item.where)
        if is_lookup(item.resource):
            heap.looked_up[item.kind] += 1
            continue
        try:
            whose, entries = _entries(heap, item, subjects)
        except InputError as error:
            heap.reject(error, item.where)
        except RecursionError:
            heap.reject(InputError("is nested too deeply"), item.where)
        else:
            found.setdefault(whose, []).extend(entries)
    yield from _grouped(heap, subjects, found)


def _entries(heap: Heap, item: Item, subjects: Subjects) -> tuple[str, list[Entry]]:
    """Whom a resource is about, its entry, and those beside it."""
    it: Resource = item.resource
    at = place(heap.message, item, heap.links, contained(it, item.where) if it.contained else {})
    whose = subjects.of(item, at)
    if heap.about_one and subjects.patients and whose not in subjects.patients:
        raise PatientMismatch("it is about another patient than its message", item.where)
    beside = BESIDE.get(type(it))
    entries = [READS[type(it)](it, at), *(beside(it, at) if beside else ())]
    if said := heap.labelled.get(item.where):
        entries = [replace(one, detail={**one.detail, **said}) for one in entries]
    return whose, entries


def _grouped(heap: Heap, subjects: Subjects, found: dict[str, list[Entry]]) -> Iterator[Reading]:
    rest = Reading(
        Person(),
        rejected=tuple(heap.rejected),
        unknown=dict(heap.unknown),
        looked_up=dict(heap.looked_up),
        named=tuple(_named(heap)),
        withdrawn=tuple(heap.withdrawn),
    )
    people = list(dict.fromkeys([*subjects.patients, *found]))
    whole = len(people) == 1 and not heap.rejected
    for whose in people:
        entries = found.get(whose, [])
        said = tuple(entries if whole else _without_dangling(entries))
        alone = rest if len(people) == 1 else Reading(Person())
        merged = subjects.merges.get(whose, ())
        yield replace(alone, person=subjects.people[whose], entries=said, merges=merged)
    if len(people) != 1 and (rest.rejected or rest.unknown or rest.looked_up or rest.withdrawn):
        yield rest


def _named(heap: Heap) -> Iterator[Named]:
    """What later messages may refer to; a Bundle about one person brings all that it refers to itself."""
    if heap.about_one or not heap.links.sender.known:
        return
    for item in heap.items:
        if item.resource.id and gives_names(item.resource):
            body = msgspec.json.encode(item.resource)
            if len(body) <= MOST_NAMED:
                yield Named(f"{item.kind}/{item.resource.id}", body)


def _without_dangling(entries: list[Entry]) -> Iterable[Entry]:
    """Entries whose references all lead to entries of the same person that were read."""
    known = {entry.id for entry in entries}
    for entry in entries:
        if all(one in known for one in entry.references):
            yield entry
        else:
            yield replace(entry, references=tuple(one for one in entry.references if one in known))
