"""A FHIR message's bytes: one JSON object, or many, one a line, read in flat memory."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import BinaryIO

import msgspec

from careloom.care.elsewhere import Elsewhere
from careloom.care.entry import Message, Reading, Rejection
from careloom.connect import encoding
from careloom.connect.fhir.attachment import Binary
from careloom.connect.fhir.bundle import (
    Heap,
    Part,
    may_be_labelled,
    nested,
    open_bundle,
    read_bundle,
    readings,
    refused,
)
from careloom.connect.fhir.place import Item, Links, Sender
from careloom.connect.fhir.types import DECODERS, LOOKUPS, is_lookup, tag
from careloom.connect.fhir.wire import HEAD, Bundle, head, label_detail, position
from careloom.errors import InputError

# Lines of a stream that are read together, so that they can refer to each other.
LINES_TOGETHER = 1_000
BYTES_TOGETHER = 4 << 20
# People, places and drugs of a stream that later lines may still refer to.
REMEMBERED = 20_000
NAMING = frozenset(tag(kind) for kind in LOOKUPS)


def read(
    message: Message,
    body: BinaryIO,
    *,
    max_json_mb: int,
    served: bool = False,
    elsewhere: Elsewhere | None = None,
) -> Iterator[Reading]:
    """The readings of a FHIR message.

    `served` says that its source is a server that the site reads from, `elsewhere` knows what earlier messages of it
    said; without it, the message stands for itself.
    Raises InputError (with line and byte, never with content) where the message is no JSON object, is not
    UTF-8 or is larger than `max_json_mb`; PatientMismatch where it would merge two people. In NDJSON a
    broken or oversized line is a Rejection ("line 9") and the rest goes on.
    """
    sender = _sender(served, elsewhere)
    limit = max_json_mb << 20
    lines = _lines(body, limit)
    first = next(lines, None)
    if first is None:
        raise InputError("is empty", "line 1")
    too_large = f"is larger than {max_json_mb} MB, the most that one JSON object may have"
    if len(first[1]) > limit:
        raise InputError(too_large, f"line {first[0]}")
    second = next(lines, None)
    if second is not None and (_is_whole(first[1]) or _is_whole(second[1])):
        yield from _stream(message, chain((first, second), lines), limit, sender)
        return
    begun = first[1] if second is None else first[1] + b"\n" * (second[0] - first[0] - 1) + second[1]
    data = b"\n" * (first[0] - 1) + begun + body.read(max(limit + 1 - len(begun), 0))
    if len(data) > limit:
        raise InputError(too_large, "line 1")
    yield from _single(message, data, sender)


def _sender(served: bool, elsewhere: Elsewhere | None) -> Sender:
    if elsewhere is None:
        return Sender()

    def named(resource: str) -> Item | None:
        kind = resource.partition("/")[0]
        body = elsewhere.named(resource) if kind in NAMING else None
        return Item(DECODERS[kind].decode(body), kind, "") if body else None

    return Sender(served, True, named, elsewhere.told)


def _lines(body: BinaryIO, limit: int) -> Iterator[tuple[int, bytes]]:
    """Lines with their number, without blank ones; never more than `limit` + 1 bytes of one."""
    number = 0
    while line := body.readline(limit + 1):
        number += 1
        if line.strip():
            yield number, line
        if len(line) > limit and not line.endswith(b"\n"):
            while (rest := body.readline(1 << 20)) and not rest.endswith(b"\n"):
                pass


def _is_whole(line: bytes) -> bool:
    """Whether a line is a JSON object with a resourceType."""
    try:
        return HEAD.decode(line).resource_type is not None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False


def _single(message: Message, data: bytes, sender: Sender) -> Iterator[Reading]:
    encoding.check(data, json=True)
    try:
        bundle = open_bundle(data, "Bundle")
    except InputError:
        bundle = Bundle()  # Not a Bundle, a broken one, or no JSON: the next step says which.
    if bundle.resource_type != "Bundle":
        kind = _kind(data)
        if kind == "Bundle":
            open_bundle(data, "Bundle")
        heap = Heap(message, Links(sender=sender))
        heap.add(Part(kind, data), look_for_labels=may_be_labelled(data))
        yield from readings(heap)
    else:
        labelled = may_be_labelled(data)
        # A label on the whole holds for all of it: which part it is about is not ours to guess.
        whole = (
            {name: said for name, said in label_detail(data).items() if name == "part2"} if labelled else {}
        )
        for reading in read_bundle(message, bundle, "Bundle", labelled=labelled, sender=sender):
            entries = tuple(replace(one, detail={**one.detail, **whole}) for one in reading.entries)
            yield replace(reading, entries=entries) if whole else reading


def _kind(data: bytes) -> str:
    """The type of the one resource. Raises InputError with line and byte where it is none."""
    try:
        return head(data, "").resource_type or ""
    except InputError as error:
        raise InputError(error.reason, error.where or _broken_at(data)) from None


def _broken_at(data: bytes) -> str:
    """Line and byte where JSON stops to be JSON."""
    try:
        HEAD.decode(data)
    except RecursionError:
        return encoding.where(data, 0)
    except (msgspec.MsgspecError, UnicodeError) as error:
        return encoding.where(data, position(error, data))
    return encoding.where(data, 0)


def _stream(
    message: Message, lines: Iterator[tuple[int, bytes]], limit: int, sender: Sender
) -> Iterator[Reading]:
    earlier: dict[str, Item] = {}
    heap = Heap(message, Links(earlier=earlier, sender=sender))
    size = count = 0
    for number, line in lines:
        where = f"line {number}"
        try:
            if len(line) > limit:
                raise InputError(f"is larger than {limit >> 20} MB, the most that one JSON object may have")
            encoding.check(line, json=True)
            heap.add(Part(where, line), look_for_labels=may_be_labelled(line))
        except InputError as error:
            heap.rejected.append(Rejection(where, error.reason))
        size, count = size + len(line), count + 1
        if count >= LINES_TOGETHER or size >= BYTES_TOGETHER:
            yield from _chunk(heap)
            _remember(heap, earlier)
            heap = Heap(message, Links(earlier=earlier, sender=sender))
            size = count = 0
    yield from _chunk(heap)


def _chunk(heap: Heap) -> Iterator[Reading]:
    """The readings of some lines, then those of the Bundles among them."""
    try:
        yield from readings(heap)
    except InputError as error:
        yield refused(error, "")
    for part in heap.nested:
        yield from nested(heap.message, part, 1, heap.links.sender)


def _remember(heap: Heap, earlier: dict[str, Item]) -> None:
    for item in heap.items:
        if len(earlier) >= REMEMBERED:
            return
        if item.resource.id and is_lookup(item.resource) and not isinstance(item.resource, Binary):
            earlier[f"{item.kind}/{item.resource.id}"] = item
