"""Medication checks over what a programme sent: the finding for few, one sentence for everybody else."""

from dataclasses import replace

from careloom.care.document import Severity
from careloom.check import restricted
from careloom.knowledge.facts import Facts
from careloom.record import Programmes
from tests.check.records import a_plan
from tests.record.people import AS_OF, KNOWLEDGE, an_order, the_record

METHADONE = an_order("Methadone 80 MG Oral", on="2026-09-01", source="lighthouse")
CITALOPRAM = an_order("Citalopram 40 MG Oral Tablet", on="2026-08-01")
VITAMIN = an_order("Folic Acid 1 MG Oral Tablet", on="2026-08-01")
SITE = Programmes({"lighthouse": "Lighthouse Recovery"})


def woven(*entries):
    apart = SITE.apart(entries, AS_OF)
    return replace(the_record(*apart.open), whole=the_record(*entries))


def test_an_interaction_with_a_programmes_drug_is_told_without_the_drug():
    record = woven(METHADONE, CITALOPRAM)
    (finding,) = restricted.rule(a_plan(), Facts(record, KNOWLEDGE))
    assert finding.message == "restricted information; check incomplete"
    assert (finding.evidence, finding.statement) == ((), None)
    assert finding.severity is Severity.HIGH
    assert any("methadone" in one.message for one in restricted.hidden(a_plan(), record, KNOWLEDGE))


def test_where_nothing_is_found_nothing_is_said():
    record = woven(an_order("Naltrexone 50 MG Oral Tablet", on="2026-09-01", source="lighthouse"), VITAMIN)
    assert not list(restricted.rule(a_plan(), Facts(record, KNOWLEDGE)))


def test_a_record_without_restricted_entries_has_no_such_finding():
    assert not list(restricted.rule(a_plan(), Facts(the_record(CITALOPRAM), KNOWLEDGE)))
