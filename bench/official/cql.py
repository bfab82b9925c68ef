"""A Measure's CQL, put together again from its effective data requirements.

Takes    a published FHIR Measure whose contained Library lists each definition's text (cqf/cqfm logicDefinition)
Gives    the text of each CQL library that it needs, by name
Never    changes a definition
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
# Codes that functions of QICoreCommon name and that no data requirement lists.
ALWAYS = (
    *((code, code, CLINICAL) for code in ("active", "recurrence", "relapse", "inactive", "resolved")),
    *((code, code, CATEGORY) for code in ("problem-list-item", "health-concern", "encounter-diagnosis")),
)
# CQL's own conversions come from here (FHIRHelpers.cql beside this file).
CONVERSIONS = "FHIRHelpers"
# Who somebody is (race, payer) decides no population.
NOT_NEEDED = (CONVERSIONS, "SupplementalDataElements")
SHARED = "QICoreCommon"
# Functions that a Measure's list leaves out though its definitions call them, in our words: what QICoreCommon 2.1 and 4.0 say of them.
UNLISTED: Mapping[str, Mapping[str, str]] = {
    "QICoreCommon": {
        "hasEnd": """
define fluent function hasEnd(period Interval<DateTime>):
  not (end of period is null or end of period = maximum DateTime)""",
        "hasStart": """
define fluent function hasStart(period Interval<DateTime>):
  not (start of period is null or start of period = minimum DateTime)""",
        "abatementInterval": """
define fluent function abatementInterval(condition Condition):
  case
    when condition.abatement is DateTime
      then Interval[condition.abatement as DateTime, condition.abatement as DateTime]
    when condition.abatement is Interval<DateTime>
      then Interval[start of (condition.abatement as Interval<DateTime>), end of (condition.abatement as Interval<DateTime>))
    when condition.abatement is Quantity
      then Interval[Patient.birthDate + (condition.abatement as Quantity), Patient.birthDate + (condition.abatement as Quantity) + 1 year)
    when condition.abatement is Interval<Quantity>
      then Interval[
        Patient.birthDate + start of (condition.abatement as Interval<Quantity>),
        Patient.birthDate + end of (condition.abatement as Interval<Quantity>) + 1 year)
    else null
  end""",
    }
}
QUOTED = re.compile(r'"([^"]+)"')
FLUENT = re.compile(r'define\s+fluent\s+function\s+"?(\w+)"?')


def libraries(measure: Mapping[str, Any], others: Iterable[Mapping[str, Any]] = ()) -> Mapping[str, str]:
    """The libraries of a Measure resource by name, each with a header of its own and the definitions as they were published.

    A Measure's list may leave out a function that it calls: that is taken from `others` of the same year, or else from UNLISTED.
    """
    wanted = needs(measure)
    statements = _statements(wanted)
    _complete(statements, [_statements(needs(one)) for one in others])
    names = dict(_value_sets(wanted))
    codes = tuple(_codes(wanted))
    aliases = {
        one["resource"].partition("Library/")[2].partition("|")[0]: one["display"].removeprefix("Library ")
        for one in wanted["relatedArtifact"]
        if one.get("display", "").startswith("Library ")
    }
    fluent = {name: set(FLUENT.findall("\n".join(told))) for name, told in statements.items()}
    return {
        name: "\n\n".join((*_header(name, "\n".join(told), names, codes, aliases, fluent), *told)) + "\n"
        for name, told in statements.items()
    }


def needs(measure: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a Measure the Library that lists its effective data requirements."""
    found: Mapping[str, Any] = next(one for one in measure["contained"] if one["resourceType"] == "Library")
    return found


def _complete(statements: dict[str, list[str]], others: Iterable[Mapping[str, list[str]]]) -> None:
    """Add the fluent functions that are called and not there, until none is left."""
    known: dict[str, tuple[str, str]] = {
        name: (library, text) for library, functions in UNLISTED.items() for name, text in functions.items()
    }
    for library, text in (
        (library, text) for one in others for library, told in one.items() for text in told
    ):
        if library not in statements and library != SHARED:
            continue
        known |= dict.fromkeys(FLUENT.findall(text), (library, text))
    while True:
        whole = "\n".join(text for told in statements.values() for text in told)
        called = set(re.findall(r'\."?(\w+)"?\s*\(', whole)) - set(FLUENT.findall(whole))
        if not (missing := called & set(known)):
            return
        for name in missing:
            library, text = known[name]
            statements.setdefault(library, []).append(text.strip())


def _statements(wanted: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for extension in wanted["extension"]:
        if not extension["url"].endswith("logicDefinition"):
            continue
        said = {one["url"]: one.get("valueString") for one in extension["extension"]}
        if said["libraryName"] in NOT_NEEDED or (said["name"] or "").startswith("SDE "):
            continue
        if said["statement"] not in found[said["libraryName"]]:
            found[said["libraryName"]].append(said["statement"])
    return found


def _value_sets(wanted: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in wanted["relatedArtifact"]:
        kind, _, name = one.get("display", "").partition("Value set ")
        if name and not kind:
            yield name, one["resource"].partition("|")[0]


def _codes(wanted: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(name, code, system): published is the code's display, which is its name in the text unless the code itself is."""
    for extension in wanted["extension"]:
        if extension["url"].endswith("directReferenceCode"):
            said = extension["valueCoding"]
            yield said.get("display", said["code"]), said["code"], said["system"]
            yield said["code"], said["code"], said["system"]


def _header(
    name: str,
    text: str,
    value_sets: Mapping[str, str],
    codes: Iterable[tuple[str, str, str]],
    aliases: Mapping[str, str],
    fluent: Mapping[str, set[str]],
) -> Iterator[str]:
    named = set(QUOTED.findall(text))
    yield f"library {name}"
    yield "using QICore"
    yield f"include {CONVERSIONS} called {CONVERSIONS}"
    for other, alias in aliases.items():
        calls = any(re.search(rf"\.{call}\s*\(", text) for call in fluent.get(other, ()))
        if other not in (name, CONVERSIONS) and other in fluent and (f"{alias}." in text or calls):
            yield f"include {other} called {alias}"
    told = {called: (code, system) for called, code, system in (*codes, *ALWAYS) if called in named}
    systems = sorted({system for _, system in told.values()})
    for number, system in enumerate(systems):
        yield f"codesystem \"system {number}\": '{system}'"
    for called, url in value_sets.items():
        if called in named:
            yield f"valueset \"{called}\": '{url}'"
    for called, (code, system) in told.items():
        if called not in value_sets:
            yield f'code "{called}": \'{code}\' from "system {systems.index(system)}"'
    if "Measurement Period" in named:
        yield 'parameter "Measurement Period" Interval<DateTime>'
    if "ErrorLevel" in text:
        yield "parameter ErrorLevel String default 'Warning'"
    yield "context Patient"
