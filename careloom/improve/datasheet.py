"""The datasheet of a training set, under the headings of Gebru et al. (Commun ACM 2021;64(12):86-92), made from the set itself."""

from collections import Counter
from collections.abc import Mapping

from careloom.improve.training_set import DECIDED, INVENTED, SPLITS, TrainingSet, of_people


def datasheet(one: TrainingSet) -> dict[str, dict[str, object]]:
    """Each heading with what can be told of this set; what isn't known says so."""
    decided = [pair for pair in one.pairs if pair.source == DECIDED]
    sources = Counter(pair.source for pair in one.pairs)
    return {
        "Motivation": {
            "For what": "A language model learns from it how a small task of a draft is answered, so that more of its answers stand verification.",
            "Who made it": one.home or "The product: nothing in it is from a site.",
        },
        "Composition": {
            "Instances": "A question as a model is asked it, and what it should have said, in the product's own words and marks.",
            "How many": {split: sum(counted.values()) for split, counted in one.counts.items()},
            "By task": one.counts,
            "By source": dict(sorted(sources.items())),
            "People": {split: of_people(one.of(split)) for split in SPLITS},
            "Splits": "By person: whoever is in one split is in no other, merged patients are one person, and no question stands in two people's pairs.",
            "Left out": dict(one.left_out) or "Nothing.",
            "Prompts": sorted(
                {f"{pair.kind} {pair.task} {pair.version} {pair.prompt}" for pair in one.pairs}
            ),
            "Confidential or of people": _about_people(len(decided)),
        },
        "Collection process": {
            "Invented people": f"{sources[INVENTED]} pairs: drawn by a seed from lists; the answer is a rule's, verified as a model's is and better than the template.",
            "Decisions": f"{len(decided)} pairs: what a person signed in answer to the question, by {len({id for pair in decided for id in pair.decisions})} decisions.",
            "Consent": dict(sorted(Counter(pair.consent or "invented" for pair in one.pairs).items())),
        },
        "Preprocessing": {
            "Identifiers": dict(sorted(Counter(pair.scrubbed or "invented" for pair in one.pairs).items())),
            "Marks": "Values, days and whatever a source worded are marks; a pair in which an identifier was found all the same is left out, not mended.",
        },
        "Uses": {
            "Meant": "Adapters and examples for the tasks above, measured by careloom eval on people who are not in it.",
            "Not meant": "Anything but these tasks; nothing about a patient can be learned from it.",
        },
        "Distribution": {
            "To whom": "It stays in the home that made it."
            if decided
            else "Whoever has the product makes it anew."
        },
        "Maintenance": {
            "Version": one.version,
            "Updates": "Made anew from the decisions of the day; another content is another version.",
        },
    }


def _about_people(decided: int) -> str:
    if not decided:
        return "No: everybody in it is invented."
    return f"{decided} pairs rest on documents about patients. A name that no message gave and no pattern knows may be left in a person's words (docs/phi.md)."


def markdown(one: TrainingSet) -> str:
    """The datasheet as Markdown."""
    lines = [f"# Datasheet of training set {one.version[:12]}", ""]
    for heading, told in datasheet(one).items():
        lines += [f"## {heading}", ""]
        lines += [f"- **{name}**: {_said(value)}" for name, value in told.items()]
        lines.append("")
    return "\n".join(lines)


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_said(part)}" for name, part in value.items()) or "none"
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return str(value)
