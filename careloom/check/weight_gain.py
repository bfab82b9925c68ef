"""Weight that rises fast in heart failure, by the scale or by what a fresh note tells, is never left to the next visit.

Source   ESC Heart Failure Guidelines, Section 14, Table 14.2, 2016: with an unexpected gain of more than 2 kg in 3 days people with heart failure alert
         their health care team (knowledge/protocols/heart_failure.toml); that it is acted on the same day, the week of a scale and the 14 days of a note are ours
Misses   a gain that nobody weighed or wrote; two scales that differ; less than 2 kg in a day; dialysis, whose weight is another matter
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.system import told_by
from careloom.knowledge.alarms import gained, told_gains
from careloom.knowledge.facts import Facts

NAME = "weight_gain"
SOURCE = "ESC Heart Failure Guidelines, Section 14, Table 14.2, 2016"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for more than 2 kg in 3 days at weights of the last week, and for each fresh note that tells of it, with heart failure and without dialysis."""
    del document
    failing = facts.problems.get("heart_failure", [])
    if not failing or "dialysis" in facts.problems:
        return
    problem = failing[0].entries[:1]
    if found := gained(facts):
        first, last = found
        plain = facts.knowledge.labs.plain
        message = (
            f"Weight rose from {first.value} {plain(first.unit)} ({first.day}) to {last.value} {plain(last.unit)} ({last.day}), more than 2 kg in 3 days, "
            "with heart failure: call today, ask about breathlessness lying down, swelling and what is taken, and tell the physician today "
            f"({SOURCE})"
        )
        yield Finding(NAME, Severity.HIGH, message, (first.entry, last.entry, *problem))
    for entry, amount in told_gains(facts.record):
        message = (
            f"A note ({told_by(entry)}) tells of {amount} gained, with heart failure: call today, ask about breathlessness "
            f"lying down, swelling and what is taken, and tell the physician today ({SOURCE})"
        )
        yield Finding(NAME, Severity.HIGH, message, (entry.id, *problem))
