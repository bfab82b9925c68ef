"""What makes a circumstance hold, in the words of its finding: a problem, a drug, a result, and what is not on record."""

from collections.abc import Iterator, Sequence

from careloom.knowledge.labs import Labs
from careloom.knowledge.match import Match
from careloom.knowledge.when import Term


def met_words(met: Sequence[tuple[Term, Match]], labs: Labs) -> tuple[str, ...]:
    """What the met lines add to the heading, each once: what is there, then what isn't."""
    said = (words for term, match in met if not term.no and (words := _words(term, match, labs)))
    return tuple(dict.fromkeys((*said, *_absent([term for term, _ in met if term.no], labs))))


def _absent(terms: Sequence[Term], labs: Labs) -> Iterator[str]:
    """What is not there, all of one time together: "no ALT or AST on record in the last 4 months"."""
    by_span: dict[int | None, list[str]] = {}
    for term in terms:
        by_span.setdefault(term.months, []).extend(_named(name, term, labs) for name in term.names)
    for months, names in by_span.items():
        since = f" on record in the last {months} months" if months else ""
        yield f"no {', '.join(names[:-1])}{' or ' if names[1:] else ''}{names[-1]}{since}"


def _named(name: str, term: Term, labs: Labs) -> str:
    """What a term names, a laboratory test by the words of a plan ("INR")."""
    lab = labs.get(name) if term.kind == "lab" else None
    return lab.label if lab else name.replace("_", " ")


def _words(term: Term, match: Match, labs: Labs) -> str:
    """What a met line adds to the heading: the problem, the other drug or the result; "" for age and person."""
    if term.kind in ("problem", "history"):
        return match.slots["problem"]
    if term.kind == "drug":
        return match.slots["drug"]
    if term.kind == "lab":
        said = {key.rpartition(".")[2]: words for key, words in match.slots.items()}
        # A ratio such as the INR has no unit.
        return " ".join(
            f"{_named(term.names[0], term, labs)} {said['value']} {said['unit']} of {said['date']}".split()
        )
    return ""
