"""A refused form stands as it was sent, with what is wrong beside its field; secrets and other forms stay as they were."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from careloom.errors import CareloomError, InputError
from careloom.pipeline import Pipeline
from careloom.web.refilling import refilled
from tests.web.desk import signed_in

FORM = """<details><summary>Say</summary><form method="post" action="/say"><input type="hidden" name="what" value="{what}">
<fieldset><legend>Told</legend><label><input type="checkbox" name="told" value="a" checked> a</label><label><input type="checkbox" name="told" value="b"> b</label></fieldset>
<select name="way"><option value="x">x</option><option>a &amp; b</option></select>
<label>Why <input type="text" name="why" maxlength="9"></label><textarea name="more" aria-describedby="hint"></textarea>
<input name="rule"><input name="rule"><input type="password" name="password"><input name="code" autocomplete="one-time-code"></form></details>"""
SENT = {
    "what": "visit", "told": ["b"], "way": "a & b", "why": '"<b>"', "more": "two\nli\u2028nes", "rule": ["1", "2"],
    "password": "secret-1", "code": "123456",
}  # fmt: skip


def after(page: str, sent: dict[str, object] = SENT, error: CareloomError | None = None) -> str:
    return refilled(RequestFactory().post("/say", sent), HttpResponse(page), error).content.decode()


def test_what_was_sent_stands_in_the_form_again_unfolded_and_escaped() -> None:
    page = after(FORM.format(what="visit"))
    assert page.startswith("<details open><summary>") and page.count(" checked") == 1
    assert '<input type="checkbox" name="told" value="b" checked>' in page
    assert "<option selected>a &amp; b</option>" in page and "selected" not in page.split("<option")[1]
    assert 'name="why" maxlength="9" value="&quot;&lt;b&gt;&quot;">' in page
    assert ">\ntwo\nli\u2028nes</textarea>" in page
    assert '<input name="rule" value="1"><input name="rule" value="2">' in page


def test_a_password_or_a_code_is_never_given_back() -> None:
    page = after(FORM.format(what="visit"))
    assert "secret-1" not in page and "123456" not in page


def test_a_page_with_any_line_breaks_is_mended_at_the_right_place() -> None:
    before = "<p>a\u2028b\x0bc\r\nd</p>\n"
    assert after(before + FORM.format(what="visit")) == before + after(FORM.format(what="visit"))


def test_another_form_of_the_same_address_stays_as_it_was() -> None:
    other = FORM.format(what="consent")
    both = after(other + FORM.format(what="visit"))
    assert both.startswith(other) and both.count("two\nli") == 1
    assert after(other) == other
    assert after(FORM.format(what="visit").replace("/say", "/end")) == FORM.format(what="visit").replace(
        "/say", "/end"
    )


@pytest.mark.parametrize(
    ("where", "follows"),
    [
        ("why", "</label>"),
        ("told", "</legend>"),
        ("more", "</textarea>"),
        ("way", "</select>"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(where: str, follows: str) -> None:
    page = after(FORM.format(what="visit"), error=InputError("say <why>", where=where))
    assert f'{follows}<span class="wrong" id="refused-field">Say &lt;why&gt;.</span>' in page
    (field,) = [tag for tag in page.split("<") if 'aria-invalid="true"' in tag]
    assert f'name="{where}"' in field and "refused-field" in field and "autofocus" in field
    assert page.count("aria-invalid") == 1


def test_what_names_no_field_of_the_form_leaves_the_words_alone() -> None:
    assert after(FORM.format(what="visit"), error=InputError("no", where="moon")) == after(
        FORM.format(what="visit")
    )


@pytest.mark.django_db
def test_refused_feedback_keeps_its_words_and_of_which_page_they_are(real: Pipeline) -> None:
    sent = {"page": "panel", "about": "idea", "words": "x" * 2001}
    answer = signed_in("rosa").post("/feedback/give", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "x" * 2001 in page
    assert (
        'value="idea" selected' in page
        and 'name="page" value="panel"' in page
        and 'id="refused-field"' in page
    )
