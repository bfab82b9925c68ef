"""Whatever JSON comes: readings and rejections, or InputError; never anything else, and nothing is lost."""

import contextlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from careloom.connect.fhir.types import TYPES
from careloom.errors import InputError
from tests.connect.made import read

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        ["2026-03-04", "0000", "Patient/p1", "#c", "urn:uuid:x", "http://x/Patient/p1", "active", "refuted"]
    ),
)
FIELDS = sorted({field for kind in TYPES.values() for field in kind.__struct_encode_fields__} | {
    "coding", "code", "system", "display", "text", "reference", "identifier", "value", "unit", "start", "end", "low",
    "high", "attachment", "data", "contentType", "repeat", "frequency", "period", "timing", "doseAndRate", "actor",
})  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5)
    ),
    max_leaves=14,
)
KINDS = st.sampled_from([*TYPES, "Sonnet", "Bundle", "", "patient"])
RESOURCES = st.builds(
    lambda kind, id, rest: {"resourceType": kind, "id": id, "subject": {"reference": "Patient/p1"}, **rest},
    KINDS,
    st.sampled_from(["p1", "p2", "c"]),
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6),
)


def counted(resources, type):
    """How many resources were read, rejected, looked up or not understood."""
    entries = [{"resource": one} for one in resources]
    data = json.dumps({"resourceType": "Bundle", "type": type, "entry": entries}).encode()
    found = read(data)
    return sum(
        len(one.entries) + len(one.rejected) + sum(one.unknown.values()) + sum(one.looked_up.values())
        for one in found
    )


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_any_json_is_read_or_refused(value):
    with contextlib.suppress(InputError):
        read(json.dumps(value).encode())


@settings(max_examples=50, deadline=None)
@given(RESOURCES)
def test_any_resource_alone_is_read_or_refused(resource):
    with contextlib.suppress(InputError):
        read(json.dumps(resource).encode())


@settings(max_examples=50, deadline=None)
@given(st.lists(RESOURCES.filter(lambda one: one["resourceType"] != "Bundle"), max_size=4))
def test_of_any_bundle_every_resource_is_counted_once(resources):
    with contextlib.suppress(InputError):
        assert counted(resources, "batch") == len(resources)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(InputError):
        read(data)


@settings(max_examples=40, deadline=None)
@given(st.lists(RESOURCES, min_size=2, max_size=4), st.lists(st.binary(max_size=40), max_size=2))
def test_any_lines_are_read_line_by_line(resources, noise):
    lines = [json.dumps(one).encode() for one in resources] + [one.replace(b"\n", b"") for one in noise]
    with contextlib.suppress(InputError):
        read(b"\n".join(lines))
