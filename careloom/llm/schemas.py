"""JSON schemas: which ones every model can keep, and does an answer fit?

A schema guarantees form, never truth. llama.cpp drops a `pattern` that it can't keep and goes on with
"accepting any string"; so what it can't keep is refused before the call, and every answer is held against its schema.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import orjson

from careloom.errors import ModelError

KEYWORDS = frozenset(
    {"type", "properties", "required", "items", "enum", "const", "pattern", "additionalProperties"}
    | {"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "title", "description"}
)
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
# One atom of a pattern: an escaped punctuation mark, a class without escapes, a plain character or a group's
# bracket; then an optional greedy repeat. No \d, \w or \s, look-around, lazy repeats, flags or back references.
_PATTERN = re.compile(
    r"\^(?:(?:\\[.\-+*?()\[\]{}|/]|\[\^?[^\[\]\\]+\]|\((?!\?)|\)|\||[^\\^$.|?*+()\[\]{}])"
    r"(?:[*+?](?![?+])|\{[0-9]+(?:,[0-9]*)?\}(?![?+]))?)*\$"
)


def refuse_unsupported(schema: Mapping[str, object], where: str = "$") -> None:
    """Nothing where every model can keep the schema; raises ValueError naming the place that can't be kept."""
    unknown = sorted(set(schema) - KEYWORDS)
    if unknown:
        raise ValueError(f"{where}: the schema keyword {unknown[0]!r} is kept by no model")
    pattern = schema.get("pattern")
    if pattern is not None:
        if not _PATTERN.fullmatch(str(pattern)):
            raise ValueError(f"{where}: the pattern would be dropped silently: {pattern!r}")
        re.compile(str(pattern))
    for place, inner in _inner(schema, where):
        refuse_unsupported(inner, place)


def fitting(text: str, schema: Mapping[str, object]) -> object:
    """The JSON value in `text` when it fits the schema; raises ModelError (never quoting the text) else."""
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ModelError("the model's answer is not JSON") from None
    for where in _misfits(value, schema, "$"):
        raise ModelError(f"the model's answer does not fit its schema at {where}")
    return value


def _inner(schema: Mapping[str, object], where: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        for name, part in properties.items():
            yield f"{where}.{name}", part
    items = schema.get("items")
    if isinstance(items, Mapping):
        yield f"{where}[]", items


def _misfits(value: object, schema: Mapping[str, object], where: str) -> Iterator[str]:
    kind = schema.get("type")
    wrong_number = isinstance(value, bool) and kind in ("integer", "number")
    if isinstance(kind, str) and (wrong_number or not isinstance(value, _TYPES[kind])):
        yield where
        return
    if "enum" in schema and value not in _list(schema["enum"]):
        yield where
    if "const" in schema and value != schema["const"]:
        yield where
    if isinstance(value, str):
        yield from _string_misfits(value, schema, where)
    elif isinstance(value, list):
        yield from _size_misfits(len(value), schema, ("minItems", "maxItems"), where)
        items = schema.get("items")
        if isinstance(items, Mapping):
            for number, item in enumerate(value):
                yield from _misfits(item, items, f"{where}[{number}]")
    elif isinstance(value, dict):
        yield from _object_misfits(value, schema, where)
    elif isinstance(value, int | float):
        yield from _size_misfits(value, schema, ("minimum", "maximum"), where)


def _string_misfits(value: str, schema: Mapping[str, object], where: str) -> Iterator[str]:
    yield from _size_misfits(len(value), schema, ("minLength", "maxLength"), where)
    pattern = schema.get("pattern")
    if pattern is not None and not re.search(str(pattern), value):
        yield where


def _object_misfits(value: dict[str, object], schema: Mapping[str, object], where: str) -> Iterator[str]:
    for name in _list(schema.get("required", ())):
        if name not in value:
            yield f"{where}.{name}"
    properties = schema.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    for name, part in value.items():
        if name in known:
            yield from _misfits(part, known[name], f"{where}.{name}")
        elif schema.get("additionalProperties") is False:
            yield where


def _size_misfits(
    size: float, schema: Mapping[str, object], bounds: tuple[str, str], where: str
) -> Iterator[str]:
    low, high = (schema.get(bound) for bound in bounds)
    if isinstance(low, int | float) and size < low:
        yield where
    if isinstance(high, int | float) and size > high:
        yield where


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()
