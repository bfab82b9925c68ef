"""Unfiled: a document that was filed in our own chart and is taken back: which, by whom, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

# FHIR's word for the status of a proposal whose document was in the chart and is taken back.
STATUS = "entered-in-error"
# Why: the short list. Whoever says "other" says it in words; so does everybody else, in a few.
SUPERSEDED = "superseded"
WHYS: Mapping[str, str] = {
    "wrong_patient": "it is about the wrong patient",
    "wrong_content": "what it says is wrong",
    "entered_in_error": "it should not have been filed",
    SUPERSEDED: "something newer takes its place",
    "other": "another reason",
}


@dataclass(frozen=True, slots=True)
class Unfiled:
    """A document (`proposal`) that was taken back: `why` is a key of WHYS, `words` are the person's own; `name` is hers as the chart prints it."""

    proposal: str
    patient: str
    why: str
    words: str
    who: str
    name: str
    role: str
    at: datetime

    @property
    def reason(self) -> str:
        """Both in one: "it is about the wrong patient: …"."""
        return f"{WHYS[self.why]}: {self.words}"
