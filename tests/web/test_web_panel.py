"""The panel as a page: the first one after signing in, who must be acted on first, one next step each."""

import re

from tests.connect.made import body, bundle, patient
from tests.flow.panels import clashing, potassium, stay
from tests.web.desk import PASSWORD, signed_in


def shown(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def arrive(desk, tmp_path, number, *resources, source="harbor") -> str:
    """Somebody of whom these came."""
    given = patient(f"p{number}", name=[{"family": f"Quill{number}"}], birthDate=f"19{50 + number}-03-04")
    about = [{**one, "subject": {"reference": f"Patient/p{number}"}} for one in resources]
    file = tmp_path / f"{number}.json"
    file.write_bytes(body(bundle(given, *about)))
    (who,) = desk.connect([file], source=source).patients
    return who


def test_the_first_page_is_the_panel_of_whoever_sees_patients(real):
    rosa = signed_in("rosa")
    assert rosa.get("/", follow=True).redirect_chain == [("/panel", 302)]
    page = shown(rosa.get("/panel"))
    assert "No patient is here for you yet." in page
    real.store.users.create("adam", role="administrator", password=PASSWORD)
    adam = signed_in("adam")
    assert adam.get("/panel").status_code == 403
    assert adam.get("/", follow=True).status_code == 200


def test_each_patient_has_why_now_and_one_next_step(real, tmp_path):
    sick = arrive(real, tmp_path, 1, potassium("6.9"))
    home_again = arrive(real, tmp_path, 2, stay(3, 1))
    hurt = arrive(real, tmp_path, 3, stay(1, 0.9, "EMER"))
    page = shown(signed_in("rosa").get("/panel"))
    rows = re.findall(r"<tr>\s*<td class=\"who\">.*?</tr>", page, re.S)
    assert [re.search(r'href="/patients/([^"]+)"', row)[1] for row in rows] == [sick, hurt, home_again]  # type: ignore[index]
    assert "Nobody has taken it since" in rows[0] and 'href="/urgent" class="step"' in rows[0]
    assert "Emergency visit on" in rows[1] and "as harbor says" in rows[1]
    assert "Discharged from hospital on" in rows[2] and "within 2 business days of the discharge" in rows[2]
    assert f'href="/call/{home_again}" class="step"' in rows[2]
    assert all(row.count('class="step"') == 1 for row in rows)
    counts = page[page.index('class="counts"') : page.index("<table")]
    assert "1 patient with something that can't wait" in counts.replace("&#x27;", "'")
    assert (
        "1 emergency visit" in counts
        and "1 discharged" in counts
        and "1 call due after a discharge" in counts
    )
    assert all(f"{name}" not in " ".join(re.findall(r'href="([^"]*)"', page)) for name in ("Quill", "1951"))


def test_whoever_looked_is_told_what_is_new(real, tmp_path):
    who = arrive(real, tmp_path, 1, stay(1))
    rosa = signed_in("rosa")
    assert "you have not looked yet" in shown(rosa.get("/panel"))
    rosa.get(f"/patients/{who}")
    page = shown(rosa.get("/panel"))
    assert "nothing new since" in page and "Admitted" not in page
    arrive(real, tmp_path, 1, stay(1), potassium("4.1"), source="lab")
    page = shown(rosa.get("/panel"))
    assert "1 result" in page and "Read what" in page


def test_an_auditor_sees_the_panel_and_is_offered_nothing_to_do(real, tmp_path):
    who = arrive(real, tmp_path, 1, stay(3, 1))
    real.store.users.create("abe", role="auditor", password=PASSWORD)
    page = shown(signed_in("abe").get("/panel"))
    assert "visit_note" not in page and f'href="/patients/{who}" class="step"' in page


def test_a_page_that_there_is_not_is_the_last_one(real, tmp_path):
    arrive(real, tmp_path, 1, stay(1))
    rosa = signed_in("rosa")
    for number in ("0", "99", "x", "9" * 30, "9" * 5000, "²", ""):
        assert "Quill1" in shown(rosa.get(f"/panel?page={number}"))
        assert rosa.get(f"/queue?page={number}").status_code == 200


def test_a_high_finding_nobody_drafted_a_plan_for_is_told_with_what_to_do(real, tmp_path):
    marta = arrive(real, tmp_path, 1, *clashing())
    real.standing.keep_up()
    rosa, real_plan = signed_in("rosa"), f'href="/draft/{marta}/care_plan" class="step"'
    page = shown(rosa.get("/panel"))
    assert "1 patient with a high finding" in page
    assert "Ibuprofen" in page and "Ask whether both are taken, and how; let the prescriber decide." in page
    assert real_plan in page and "Draft a plan" in page
    real.store.users.create("alba", role="auditor", password=PASSWORD)
    audited = shown(signed_in("alba").get("/panel"))
    assert "Ibuprofen" in audited and "Draft a plan" not in audited
    plan = real.propose("rosa", marta, model="none")
    assert f'href="/review/{plan.id}" class="step"' in shown(rosa.get("/panel"))
