"""Content classes: what kind of thing a statement says.

Computed from its words, the drugs and conditions that it names and the current record; never from its
section, its kind of document, or what its writer says of it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from careloom.care.document import ContentClass, Statement
from careloom.care.record import ConflictKind, PatientRecord
from careloom.care.texts import Site
from careloom.knowledge import Knowledge
from careloom.knowledge.plain import LANGUAGES
from careloom.review.typed import sets_a_target, typed_class
from careloom.verify.filling import fill_of
from careloom.verify.plainly import due_of

# A verb that tells somebody to do something with a drug. Nouns of the same stem ("increase in eGFR") count
# too: a class that is too high costs a look, one that is too low costs a patient.
DRUG_ACTION = re.compile(
    r"\b(start|begin|initiat|add(?!ict)|stop|discontinu|hold|held|withhold|restart|resum|continu|increas|decreas|"
    r"reduc|lower|rais|titrat|taper|switch|chang|replac|substitut|adjust|avoid|take|give|administer|"
    r"double|halve|skip|deprescrib|intensif|escalat|wean|cut)\w*|\b(?:prescribe[sd]?|prescribing)\b",
    re.IGNORECASE,
)
DRUG_WORD = re.compile(
    r"\b(drugs?|medications?|medicines?|doses?|dosage|dosing|therapy|tablets?|pills?|insulin|inhalers?|"
    r"treatments?|prescriptions?|nsaids?|inhibitors?|blockers?|diuretics?|statins?|antibiotics?|opioids?|anticoagulants?|steroids?|"
    r"agonists?|antagonists?|vaccines?)\b",
    re.IGNORECASE,
)
# Somebody is to judge whether a drug is right: the question itself is the physician's.
DECIDES = re.compile(
    r"\b(decid|weigh|consider|choos|whether|candidate|indicated|eligible|suitable|appropriate)\w*",
    re.IGNORECASE,
)
PHYSICIANS_TASK = re.compile(
    r"\bphysician (?:review|evaluat|reassess|adjust|check|confirm)\w*", re.IGNORECASE
)
ANOTHER_TARGET = re.compile(
    r"\b(decid|whether|consider|instead|individual)\w*\b.*\b(goal|target)s?\b", re.IGNORECASE
)
PLAIN_DRUG_TASK = re.compile(
    r"\b(reconcil|review|confirm|ask|check|list|record|verif|bring|clarif|document|call)\w*", re.IGNORECASE
)
IMPRESSION = re.compile(
    r"\b(suspect\w*|likely|probabl[ey]|possib(?:le|ly)|may have|might have|could be|appears to|consistent with|"
    r"suggest(?:s|ive)?(?: of)?|indicat(?:es|ive of)|diagnos\w+|rule[sd]? out|differential|impression|"
    r"meets criteria|concern(?:ing)? for|presumed|secondary to|caused by|due to)\b",
    re.IGNORECASE,
)
INSTRUCTS = re.compile(
    r"\b(must|should|needs? to|has to|have to|will|shall|schedul|arrang|refer|offer|monitor|weigh|measur|"
    r"teach|educat|encourag|call|visit|complet|obtain|repeat|order|screen|assess|ask|review|confirm|send|book)\w*",
    re.IGNORECASE,
)
# Choosing between sources on these is a diagnosis, takes an allergy off a list or orders: the physician's, however it is put.
PHYSICIANS_DISPUTES: frozenset[ConflictKind] = frozenset(
    {"allergy_list", "problem_status", "diagnosis", "laterality", "code_status", "blood_group"}
)
DISPUTES = re.compile(r"\b(differ|disagre|contradict|conflict)\w*|\bwhether\b|\bwhich\b", re.IGNORECASE)
ALLERGIES = re.compile(r"\b(?:allerg|intoleran)\w*", re.IGNORECASE)
LESSENED = re.compile(r"\b(?:intoleran\w*|inactive|resolved|refuted|over|no known|none)\b", re.IGNORECASE)
QUOTED = re.compile(r"“[^”]*”")
_SLOT = re.compile(r"\{[^}]*\}")


def classify(
    statement: Statement,
    record: PatientRecord,
    knowledge: Knowledge,
    site: Site | None = None,
    given: Mapping[str, str] | None = None,
) -> ContentClass:
    """The class of a statement; where several fit, the one that needs the higher licence.

    One that is, word for word, a text which this site's licensed people have approved, with nothing in its slots but what the
    record and the site say and nobody learns a diagnosis from, has that text's class.
    """
    if approved := _approved(statement, record, knowledge, site or Site(), given or {}):
        return approved
    statement = in_rules_words(statement, knowledge)
    typed = typed_class(statement, record, knowledge) if statement.written_by == "person" else None
    if typed:
        return typed
    said = QUOTED.sub(" ", statement.text)
    if not said.strip():
        return ContentClass.UNCLEAR
    if statement.written_by != "person" and _changes_a_drug(statement, said, knowledge):
        return ContentClass.MEDICATION_CHANGE
    if _is_an_impression(statement, said, record) or _weighs_a_dispute(statement, said, record):
        return ContentClass.DIAGNOSTIC_IMPRESSION
    if statement.written_by != "person" and _sides_on_an_allergy(statement, said, record):
        return ContentClass.DIAGNOSTIC_IMPRESSION
    if statement.kind in ("goal", "activity"):
        return ContentClass.PLAN_CHANGE
    if statement.written_by == "person" and INSTRUCTS.search(said):
        return ContentClass.PLAN_CHANGE
    if statement.citations or statement.kind in ("fact", "gap", "concern"):
        return ContentClass.CLINICAL_SUMMARY
    return ContentClass.UNCLEAR


def _approved(
    statement: Statement, record: PatientRecord, knowledge: Knowledge, site: Site, given: Mapping[str, str]
) -> ContentClass | None:
    if statement.guideline or statement.goal or statement.activity:
        return None
    cited = {record.by_id[one].id: record.by_id[one] for one in statement.citations if one in record.by_id}
    fill = fill_of(statement.text, tuple(cited.values()), record, knowledge, site, given)
    if fill is None or not fill.supported or fill.why or fill.filled.text.approval not in site.approved:
        return None
    return fill.filled.text.content_class


def in_rules_words(statement: Statement, knowledge: Knowledge) -> Statement:
    """A line that says a rule in plain words, or in Spanish, with the rule's own words: it is classed as no less than these."""
    guideline = statement.guideline
    rule, due = (knowledge.protocols.rule(guideline.id), due_of(guideline)) if guideline else (None, None)
    if rule is None:
        return statement
    if statement.text not in (knowledge.plain.of_rule(rule, due, one) for one in LANGUAGES):
        return statement
    return replace(statement, text=_SLOT.sub(" ", rule.text.replace("{drug}", "the drug")))


def asks_for_another_target(statement: Statement) -> bool:
    """Whether a line weighs or sets a target other than the protocol's own; that is the physician's."""
    if sets_a_target(statement):
        return True
    return statement.kind in ("goal", "activity") and bool(
        ANOTHER_TARGET.search(QUOTED.sub(" ", statement.text))
    )


def _changes_a_drug(statement: Statement, said: str, knowledge: Knowledge) -> bool:
    if not knowledge.drugs.mentions(said) and not DRUG_WORD.search(said):
        return False
    is_told = statement.kind in ("fact", "gap")
    if not is_told and (DECIDES.search(said) or PHYSICIANS_TASK.search(said)):
        return True
    actions = {word.lower() for word in (match.group(0) for match in DRUG_ACTION.finditer(said))}
    if not actions:
        return False
    if is_told:
        return bool(actions - REPORTED)
    return bool(actions - FACTUAL) or not PLAIN_DRUG_TASK.search(said)


# Words of a record that look like orders: "stopped on 2026-03-01", "takes", "changes between lists".
FACTUAL: frozenset[str] = frozenset({"changed", "changes", "taken", "taking", "takes"})
REPORTED: frozenset[str] = FACTUAL | {
    "started",
    "stopped",
    "held",
    "discontinued",
    "prescribed",
    "increased",
    "decreased",
    "lowered",
    "raised",
    "continued",
    "added",
    "given",
}


def _is_an_impression(statement: Statement, said: str, record: PatientRecord) -> bool:
    return any(True for _ in _words_not_in_sources(IMPRESSION, said, statement, record))


def _weighs_a_dispute(statement: Statement, said: str, record: PatientRecord) -> bool:
    """Whether it tells or asks who is right where sources differ on what is the physician's: it cites both sides.

    A problem that is only doubtful (nobody contradicts it) is asked about by the nurse.
    """
    if not DISPUTES.search(said):
        return False
    cited = set(statement.citations)
    doubtful = {problem.name for problem in record.problems if problem.doubtful}
    return any(
        len(cited.intersection(conflict.entries)) > 1
        for conflict in record.conflicts
        if conflict.kind in PHYSICIANS_DISPUTES
        and not (conflict.kind == "problem_status" and conflict.about in doubtful)
    )


def _sides_on_an_allergy(statement: Statement, said: str, record: PatientRecord) -> bool:
    """Whether it tells a disputed allergy as less than one (over, inactive, an intolerance), or an allergy beside the drug that it speaks against.

    Which side is right, and whether the drug goes on, is the physician's; that an allergy stands on a list takes nothing away, and what a patient says
    of it a nurse records in her own words.
    """
    if statement.kind not in ("fact", "concern") or not ALLERGIES.search(said):
        return False
    cited = {one for one in statement.citations if one in record.by_id}
    allergies = {one for one in cited if record.by_id[one].kind == "AllergyIntolerance"}
    return any(
        bool(LESSENED.search(said) and allergies.intersection(conflict.entries))
        if conflict.kind in ("allergy_list", "allergy_unlisted")
        else conflict.kind == "allergy_against_drug" and len(cited.intersection(conflict.entries)) > 1
        for conflict in record.conflicts
    )


def _words_not_in_sources(
    pattern: re.Pattern[str], said: str, statement: Statement, record: PatientRecord
) -> Iterable[str]:
    sources = " ".join(
        f"{entry.name} {' '.join(code.display for code in entry.codes)}".lower()
        for entry in (record.by_id.get(citation) for citation in statement.citations)
        if entry is not None
    )
    for match in pattern.finditer(said):
        if match.group(0).lower() not in sources:
            yield match.group(0)
