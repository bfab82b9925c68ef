"""Of what the model in use learned from: the adapter in use with its datasheet and recipe, what its questions hold, and how changes are kept fair."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from careloom.care.change import Criteria
from careloom.care.compliance import Evidence, Grid
from careloom.improve.evaluation import cases
from careloom.llm import adapter_of
from careloom.llm.fingerprint import NAME, SHA256
from careloom.pipeline.evidence.looked import Site

# Words of a question that tell who somebody is: what is looked for in the questions of the evaluation.
WHO: Mapping[str, re.Pattern[str]] = {
    "age": re.compile(r"\b(?:aged?|years?[- ]old|born|birth)\b", re.IGNORECASE),
    "sex": re.compile(r"\b(?:male|female|man|woman|gender|pregnan\w*)\b", re.IGNORECASE),
    "race or ethnicity": re.compile(r"\b(?:race|racial|ethnic\w*|black|white|asian|hispanic|latin[oa])\b", re.IGNORECASE),
    "language": re.compile(r"\b(?:interpreter|spanish|english|speaks)\b", re.IGNORECASE),
    "payer": re.compile(r"\b(?:medicaid|medicare|insur\w+|payer)\b", re.IGNORECASE),
}  # fmt: skip
SAID = "the adapter's own record and datasheet, made with it"
SILENT = "what these weights were trained on their maker says, and nothing of it is in this installation"


def of_learning(site: Site) -> Iterator[Evidence]:
    """What is known of the training of the model in use; of its weights' own training nothing is."""
    sheet, made = sheets(site)
    for name, value in _told(site, sheet, made).items():
        yield site.tell(name, "What the system knows of it", value, None, SAID if made else "the settings")
    # They are made of 36 people: not where no model is asked anything.
    asked, found = questions(site) if site.settings.model != "none" else (0, {})
    told = "; ".join(f"{group} in {number} of {asked}" for group, number in found.items() if number)
    yield site.tell(
        "card.who",
        "What the questions to a model tell of who somebody is",
        f"looked for {', '.join(WHO)} in all {asked} questions of the evaluation: {told or 'none of them'}",
        True if asked else None,
        "the questions, made of the invented people when the pack was made",
    )
    gate = Criteria()
    yield site.tell(
        "card.gate",
        "How a change of a model is kept fair",
        f"it is released where no group of age, sex, race, ethnicity, language or payer with {gate.group_fewest} drafts or more fares worse than the others "
        f"by more than {gate.group_most:.0%} at the high end of the interval; a group with fewer isn't judged, which is said",
        None,
        "the gate's criteria",
        "/studies/changes",
    )


def _told(site: Site, sheet: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, str]:
    embedded = site.settings.model == "embedded"
    weights = f"weights {NAME} (SHA-256 {SHA256[:12]})" if embedded else "an endpoint's model"
    if not made:
        none = f"{weights}, no adapter: {SILENT}" if embedded else f"{weights}: {SILENT}"
        return dict.fromkeys(("card.developer", "card.trained", "card.trained_on"), none)
    composed, of = sheet.get("Composition", {}), made.get("made_of", {})
    numbers = composed.get("How many", {})
    recipe = of.get("recipe", {})
    people = composed.get("People", {})
    left = "; ".join(f"{number}: {why}" for why, number in composed.get("Left out", {}).items()) or "nothing"
    return {
        "card.developer": f"adapter {str(of.get('adapter', ''))[:12]}, made {str(made.get('at', ''))[:10]}: {sheet.get('Motivation', {}).get('Who made it', 'not said')} "
        f"It stands on {weights}; {SILENT}",
        "card.trained": "the adapter: "
        + ", ".join(f"{number} pairs in {split}" for split, number in numbers.items())
        + f"; from {', '.join(f'{name} ({number})' for name, number in composed.get('By source', {}).items())}; left out {left}; "
        + f"rank {recipe.get('rank')}, {recipe.get('epochs')} epochs, seed {recipe.get('seed')}. Of its weights: {SILENT}",
        "card.trained_on": "the adapter: "
        + ", ".join(f"{number} people in {split}" for split, number in people.items())
        + f"; confidential, or of real people: {composed.get('Confidential or of people', 'not said')} Of its weights: {SILENT}",
    }


def sheets(site: Site) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The datasheet and the record of the adapter in use; empty where there is none, or none beside it."""
    if site.settings.model != "embedded":
        return {}, {}
    adapter = adapter_of(site.settings.model_adapter)
    if adapter is None:
        return {}, {}
    return _read(adapter.with_suffix(".datasheet.json")).get("datasheet", {}), _read(
        adapter.with_suffix(".json")
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        said = orjson.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def questions(site: Site) -> tuple[int, dict[str, int]]:
    """How many questions the evaluation asks, and in the facts of how many (a model is shown no more of a record) there is a word of each group of WHO."""
    asked = [" ".join(one.wanted.facts) for one in cases(site.knowledge)]
    return len(asked), {
        group: sum(bool(pattern.search(words)) for words in asked) for group, pattern in WHO.items()
    }


def adapter(site: Site) -> tuple[Grid, ...]:
    """The adapter in use, as its own record says."""
    sheet, made = sheets(site)
    if not made:
        return ()
    of, measured = made.get("made_of", {}), made.get("measured", {})
    rows = [
        *((name, str(of.get(name, ""))) for name in ("adapter", "weights", "set")),
        ("tasks", "; ".join(str(one)[:40] for one in of.get("tasks", ()))),
        ("recipe", ", ".join(f"{name} {value}" for name, value in of.get("recipe", {}).items())),
        ("measured while it was trained", ", ".join(f"{name} {value}" for name, value in measured.items())),
        *((heading, _flat(said)) for heading, said in sheet.items()),
    ]
    note = "Made with it and kept beside it. Losses are of its own development split, of invented people; what it does better is in the table of models."
    return (Grid("The adapter in use", ("what", "as its record says"), tuple(rows), note),)


def _flat(said: object) -> str:
    if isinstance(said, Mapping):
        return "; ".join(f"{name}: {_flat(value)}" for name, value in said.items())
    return ", ".join(map(str, said)) if isinstance(said, list) else str(said)
