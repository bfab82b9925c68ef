"""Parallel runs on the pages and over the API: a lead writes and locks a plan, two nurses write and review, a third person judges A and B."""

import re
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client

from careloom.care.document import Action, Statement
from careloom.care.parallel import Case, CaseStage
from careloom.pipeline import Pipeline
from careloom.store.users import Licence
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_pilots import ids, people

pytestmark = pytest.mark.django_db
API = "/api"


@pytest.fixture
def lead(real: Pipeline) -> Client:
    real.store.users.create("lena", role="quality_lead", name="Lena Ruiz", password=PASSWORD)
    for name, role, number in (("nina", "registered_nurse", "RN7"), ("judy", "physician", "MD7")):
        licence = Licence("MA", number, date(2031, 6, 30))
        real.store.users.create(name, role=role, name=name.title(), password=PASSWORD, licence=licence)
    return signed_in("lena")


def form(real: Pipeline, **given: object) -> dict[str, object]:
    rosa, nina, judy = ids(real, "rosa", "nina", "judy")
    return {
        "title": "Plans by hand and by draft",
        "question": "Would drafts miss what people write?",
        "kinds": ["care_plan"],
        "participants": [rosa, nina],
        "adjudicators": [judy],
        "weeks": "5",
        "second": "0",
        "choice": "every",
        "share": "100",
        "cases": "50",
        "fewest": "20",
        "serious": "10",
        "omitted": "25",
        "agreement": "60",
        "minutes": "100",
        **given,
    }


def locked(real: Pipeline, lead: Client) -> str:
    kept = lead.post("/studies/parallel/write", form(real))
    address = kept["Location"].partition("?")[0]
    assert lead.post(f"{address}/lock")["Location"].endswith("done=locked")
    return address


@dataclass
class Written:
    """A case, and the browsers of whoever does what with it."""

    case: Case
    address: str
    writer: Client
    reviewer: Client
    judge: Client

    @property
    def draft(self) -> str:
        return self.case.draft.proposals[-1]

    @property
    def hand(self) -> str:
        return self.case.hand.proposals[-1]


@pytest.fixture
def begun(real: Pipeline, lead: Client, tmp_path) -> Written:
    address = locked(real, lead)
    [patient] = people(real, tmp_path, 1)
    rosa = signed_in("rosa")
    assert "Take in" in rosa.get(f"/draft/{patient}").content.decode()
    taken = rosa.post(f"{address}/patients/{patient}", {"kind": "care_plan"})
    [run] = real.store.parallels.all()
    [case] = run.cases
    assert taken["Location"] == f"{address}/cases/{case.id}?done=begun"
    names = dict(zip(ids(real, "rosa", "nina"), ("rosa", "nina"), strict=True))
    browsers = {"rosa": rosa, "nina": signed_in("nina")}
    writer, reviewer = (browsers[names[one]] for one in (case.hand.who, case.draft.who))
    return Written(case, f"{address}/cases/{case.id}", writer, reviewer, signed_in("judy"))


def writes(real: Pipeline, begun: Written, text: str = "Asks for help with the rent.") -> None:
    who = real.store.users.reviewer(begun.case.hand.who)
    line = Statement(id="", section="problem_list", kind="fact", text=text)
    real.handwriting.add(who, begun.hand, line)


def reviews(real: Pipeline, begun: Written) -> None:
    who, draft = real.store.users.reviewer(begun.case.draft.who), real.store.proposals.get(begun.draft)
    real.decide(who, draft.id, Action.APPROVE, opened=[one.rule for one in draft.findings])


def test_the_lead_finds_an_empty_list_that_says_what_a_parallel_run_is(lead: Client) -> None:
    assert b"/studies/parallel" in lead.get("/studies").content
    shown = lead.get("/studies/parallel").content.decode()
    assert "There is no parallel run" in shown and "/studies/parallel/new" in shown
    assert "Positive agreement, at least percent" in lead.get("/studies/parallel/new").content.decode()


def test_a_plan_is_kept_with_what_it_lacks_and_locked_when_nothing_does(real: Pipeline, lead: Client) -> None:
    kept = lead.post("/studies/parallel/write", form(real, weeks="3", title=""))
    address = kept["Location"].partition("?")[0]
    shown = lead.get(address).content.decode()
    assert "It lasts from 4 to 26 weeks." in shown and "Give it a title." in shown
    assert "Lock and start today" not in shown
    assert lead.post(f"{address}/lock").status_code == 422
    lead.post(f"{address}/rewrite", form(real, weeks="8"))
    assert "8 weeks are longer than 6" in lead.get(address).content.decode()
    assert lead.post(f"{address}/lock").status_code == 302
    assert re.search(r"<code class=\"wrap\">[0-9a-f]{64}</code>", lead.get(address).content.decode())
    [run] = real.store.parallels.all()
    easier = form(real, weeks="8", serious="60", was=run.digest, why="it was too strict")
    refused = lead.post(f"{address}/rewrite", easier)
    assert refused.status_code == 422 and "criteria stay as they were locked" in refused.content.decode()
    refused = lead.post("/studies/parallel/write", form(real, weeks="many"))
    assert refused.status_code == 422 and 'value="many"' in refused.content.decode()


def test_a_nurse_who_takes_no_part_opens_no_run_and_writes_no_plan(real: Pipeline, lead: Client) -> None:
    address, other = locked(real, lead), signed_in("cam")
    for place in (address, f"{address}/report", f"{address}/report.pdf", "/studies/parallel/new"):
        assert other.get(place).status_code == 403
    assert "There is no parallel run" in other.get("/studies/parallel").content.decode()


def test_no_address_tells_whoever_writes_by_hand_of_the_draft(real: Pipeline, begun: Written) -> None:
    """Each address that names a document, by page and API, is closed; nothing that lists or counts has it."""
    draft, patient = begun.draft, begun.case.patient
    closed = [f"/review/{draft}", f"/review/{draft}/printed", f"/review/{draft}/pdf", f"/review/{draft}/documents", f"{API}/proposals/{draft}", f"{API}/proposals/{draft}/pdf"]  # fmt: skip
    for place in closed:
        assert begun.reviewer.get(place).status_code == 200, place
        assert begun.writer.get(place).status_code == 403, place
    told = begun.writer.get(f"/review/{draft}").content.decode()
    assert "parallel run" in told and "lisinopril" not in told
    everywhere = ["/", "/queue", "/queue?whose=all", "/studies/parallel", begun.address, f"/draft/{patient}", f"/patients/{patient}", f"/patients/{patient}/documents", f"{API}/queue", f"{API}/patients"]  # fmt: skip
    for place in everywhere:
        answer = begun.writer.get(place)
        assert draft not in answer.content.decode(), place
    found = begun.writer.post(f"/patients/{patient}/search", {"words": "diabetes"}).content.decode()
    assert draft not in found
    assert draft in begun.reviewer.get("/queue").content.decode()


def test_what_is_done_to_a_closed_document_by_its_address_is_refused(real: Pipeline, begun: Written) -> None:
    draft = begun.draft
    for place in (
        f"/review/{draft}/decide",
        f"/review/{draft}/turn",
        f"/review/{draft}/again",
        f"/review/{draft}/opened",
    ):
        assert begun.writer.post(place, {"action": "approve"}).status_code in (403, 404), place
    assert real.store.proposals.decisions(draft) == ()
    patient = begun.case.patient
    assert begun.writer.post(f"/draft/{patient}/care_plan").status_code == 403
    assert begun.reviewer.post(f"/draft/{patient}/care_plan/by-hand").status_code == 403
    assert begun.reviewer.get(f"/review/{begun.hand}").status_code == 403
    assert begun.judge.get(f"/review/{begun.hand}").status_code == 403


def test_each_side_says_that_it_is_finished_and_a_judge_sees_a_and_b(
    real: Pipeline, lead: Client, begun: Written
) -> None:
    assert "You write by hand" in begun.writer.get(begun.address).content.decode()
    assert begun.writer.post(f"{begun.address}/finish").status_code == 403, "nothing stands in it"
    writes(real, begun)
    reviews(real, begun)
    for one in (begun.writer, begun.reviewer):
        assert one.post(f"{begun.address}/finish")["Location"].endswith("done=finished")
    assert "For you to judge" in begun.judge.get("/studies/parallel").content.decode()
    shown = begun.judge.get(begun.address).content.decode()
    assert "Who was right?" in shown and "Asks for help with the rent" in shown
    for giveaway in ("Rosa", "Nina", begun.draft, begun.hand, "template", "AIAST"):
        assert giveaway not in shown.partition("<main")[2].partition("</main")[0], giveaway
    names = re.findall(r'name="right-([0-9a-f]{16})" value="a"', shown)
    half = {f"right-{names[0]}": "a", f"grave-{names[0]}": "", f"why-{names[0]}": ""}
    refused = begun.judge.post(f"{begun.address}/judge", half)
    assert refused.status_code == 422 and "say who was right, and how serious" in refused.content.decode()
    part = {f"right-{names[0]}": "a", f"grave-{names[0]}": "minor", f"why-{names[0]}": "it belongs there"}
    assert begun.judge.post(f"{begun.address}/judge", part)["Location"].endswith("done=kept")
    assert 'value="it belongs there"' in begun.judge.get(begun.address).content.decode()
    rest = {f"right-{one}": "both" for one in names} | {f"grave-{one}": "none" for one in names}
    assert begun.judge.post(f"{begun.address}/judge", {**rest, **part})["Location"].endswith("done=judged")
    [run] = real.store.parallels.all()
    assert run.cases[0].stage is CaseStage.JUDGED
    after = begun.writer.get(begun.address).content.decode()
    assert "Side by side" in after and "Asks for help with the rent" in after
    report = f"{begun.address.partition('/cases/')[0]}/report"
    assert f'src="{report}/weeks.svg"' in lead.get(report).content.decode()
    drawn = lead.get(f"{report}/weeks.svg")
    assert (drawn.status_code, drawn.content[:4]) == (200, b"<svg") and "no-store" in drawn["Cache-Control"]
    assert lead.get(f"{report}.pdf").content[:5] == b"%PDF-"
    assert begun.writer.get(f"/review/{begun.draft}").status_code == 200


def test_care_comes_first_and_whoever_takes_a_case_out_says_why(real: Pipeline, begun: Written) -> None:
    assert begun.writer.post(f"{begun.address}/drop", {"why": ""}).status_code == 422
    gone = begun.writer.post(f"{begun.address}/drop", {"why": "she is in the emergency room"})
    assert gone["Location"].endswith("done=dropped")
    assert begun.writer.get(f"/review/{begun.draft}").status_code == 200
    assert "she is in the emergency room" in begun.writer.get(begun.address).content.decode()


def test_the_report_says_of_one_case_that_nothing_can_be_said_yet(
    real: Pipeline, lead: Client, begun: Written
) -> None:
    address = begun.address.partition("/cases/")[0]
    assert begun.writer.get(f"{address}/report").status_code == 403, "not while she writes"
    shown = lead.get(f"{address}/report").content.decode()
    assert shown.count("can&#x27;t be said yet") + shown.count("can't be said yet") == 5
    assert "isn&#x27;t ready to switch" in shown or "isn't ready to switch" in shown
    assert "p =" not in shown and "p-value" not in shown
    assert "weeks.svg" not in shown and lead.get(f"{address}/report/weeks.svg").status_code == 404
    assert begun.writer.get(f"{address}/report/weeks.svg").status_code == 403
    pdf = lead.get(f"{address}/report.pdf")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    ended = lead.post(f"{address}/end", {"why": "the weeks are over"})
    assert ended["Location"].endswith("done=end")
    assert begun.writer.get(f"{address}/report").status_code == 200


def test_somebody_leaves_on_the_runs_page_which_tells_what_became_of_the_case(
    real: Pipeline, lead: Client, begun: Written
) -> None:
    address = begun.address.partition("/cases")[0]
    refused = begun.writer.post(f"{address}/leave", {"why": "tired"})
    assert refused.status_code == 422 and 'value="tired"' in refused.content.decode()
    assert begun.judge.post(f"{address}/leave", {"user": "nobody", "why": "she is gone"}).status_code == 403
    assert begun.writer.post(f"{address}/leave", {"why": "moves to another clinic"}).status_code == 302
    shown = lead.get(address).content.decode()
    assert "Moves to another clinic. Left the comparison: 1; judged by others: 0." in shown
    assert "Open the seed" not in shown and lead.get(f"{address}?seed=1").status_code == 403
    lead.post(f"{address}/end", {"why": "six weeks are over"})
    assert lead.get(f"{address}?seed=1").content.decode().count("Seed:") == 1
    assert begun.reviewer.get(f"{address}?seed=1").status_code == 403
