"""What is watched stands in the pack as it is: drift, alarms, the calendar, safety events, groups, the adapter in use, and what senders labelled themselves."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image

from careloom.care.alarm import AlarmStep, AlarmStepKind
from careloom.care.compliance import Evidence, Pack, Part
from careloom.care.document import Proposal, Severity
from careloom.comply.page import as_html
from careloom.comply.paper import as_pdf
from careloom.pipeline import Pipeline
from careloom.pipeline.equity import Group
from careloom.pipeline.evidence import groups, keeping, learned, models, pictures, watched, worksheet
from careloom.pipeline.evidence.looked import Site
from careloom.programme import Programme
from careloom.web.printing import printed

pytestmark = pytest.mark.django_db


def told(found: Any) -> dict[str, Evidence]:
    return {one.name: one for one in found}


def site_of(desk: Pipeline) -> Site:
    return desk.complying._site()


def test_a_site_that_watches_nothing_is_told_in_red_and_a_count_makes_it_good(desk: Pipeline) -> None:
    found = told(watched.of_watching(site_of(desk)))
    assert found["drift.counted"].holds is False
    assert {found[one].holds for one in ("alarms.acknowledged", "calendar.kept", "safety.events")} == {None}
    desk.watching.keep_up("worker")
    assert told(watched.of_watching(site_of(desk)))["drift.counted"].holds is True
    later = replace(site_of(desk), at=desk.complying.here() + timedelta(days=3))
    assert told(watched.of_watching(later))["drift.counted"].holds is False


def test_an_alarm_that_nobody_acknowledged_in_time_is_red_until_somebody_does(desk: Pipeline) -> None:
    desk.alarming.raise_alarm("data", "drift:x", "A field moved", evidence="2026-W48", severity=Severity.HIGH)
    (alarm,) = desk.store.alarms.open()
    assert told(watched.of_watching(site_of(desk)))["alarms.acknowledged"].holds is True
    desk.store.alarms.say(alarm.id, AlarmStep(what=AlarmStepKind.ESCALATED, at=desk.complying.here()))
    site = site_of(desk)
    assert told(watched.of_watching(site))["alarms.acknowledged"].holds is False
    (by_kind,) = [one for one in watched.watching(site) if one.title == "Alarms"]
    assert by_kind.red == (0,) and by_kind.rows[0] == ("data", "1", "0", "0", "1")
    step = AlarmStep(what=AlarmStepKind.ACKNOWLEDGED, at=desk.complying.here(), who="lena")
    desk.store.alarms.say(alarm.id, step)
    assert told(watched.of_watching(site_of(desk)))["alarms.acknowledged"].holds is True


def test_a_period_of_the_calendar_that_is_overdue_is_red(desk: Pipeline) -> None:
    Programme(desk).owes()
    assert told(watched.of_watching(site_of(desk)))["calendar.kept"].holds is None
    later = replace(site_of(desk), at=desk.complying.here() + timedelta(days=30))
    found = told(watched.of_watching(later))["calendar.kept"]
    assert found.holds is False and "overdue" in found.value


def test_performance_by_group_is_measured_or_red(desk: Pipeline, plan: Proposal) -> None:
    site = site_of(desk)
    fared = groups.looked(site)
    found = told(groups.of_groups(site, fared, fared))
    assert (
        found["groups.measured"].holds is False
        and "NOT MEASURED by age, sex" in found["groups.measured"].value
    )
    assert groups.groups(fared).red == (0, 1, 2, 3, 4, 5)
    whole = replace(fared, groups=tuple(
        Group(name, side, 20, 20, 5, (0.25, 0.1, 0.5))
        for name in groups.DIMENSIONS for side in ("a", "b")
    ))  # fmt: skip
    assert told(groups.of_groups(site, whole, whole))["groups.measured"].holds is True
    assert groups.groups(whole).red == ()


def test_the_card_is_of_the_adapter_in_use_and_says_what_nobody_knows_of_its_weights(desk: Pipeline) -> None:
    site = site_of(desk)
    own = replace(site, settings=replace(site.settings, model="embedded"))
    bare = replace(site, settings=replace(site.settings, model="embedded", model_adapter="none"))
    assert "+" in models.in_use(own)[0] and "+" not in models.in_use(bare)[0]
    sheet, made = learned.sheets(own)
    found = told(learned.of_learning(own))
    assert made["made_of"]["adapter"][:12] in found["card.developer"].value
    train = sheet["Composition"]["How many"]["train"]
    assert (
        f"{train} pairs in train" in found["card.trained"].value
        and learned.SILENT in found["card.trained"].value
    )
    assert found["card.trained"].holds is None  # the weights' own training nobody here can vouch for
    (grid,) = learned.adapter(own)
    assert any(made["made_of"]["set"] in row for row in grid.rows)
    assert (
        learned.adapter(bare) == () and "no adapter" in told(learned.of_learning(bare))["card.trained"].value
    )


def test_screens_are_pictures_of_the_printed_page_or_say_why_there_is_none(desk: Pipeline) -> None:
    site = site_of(desk)
    (plan,) = [one for one in worksheet.examples(site) if one.kind.id == "care_plan"]
    (bare,) = pictures.pictured(site, (plan,), None)
    assert bare.picture == "" and "prints nothing" in bare.pictured
    (screen,) = pictures.pictured(site, (plan,), printed)
    png = b64decode(screen.picture)
    with Image.open(BytesIO(png)) as shown:
        assert shown.format == "PNG" and shown.width > 800 and shown.height > 1000
        assert len(shown.convert("L").getcolors() or ()) > 4  # words stand on it
    part = Part("fda", "Worksheet", "a source", screens=(screen,))
    pack = Pack("0" * 32, site.at, "lena", "a clinic", "1", True, (part,))
    assert f'src="data:image/png;base64,{screen.picture}"' in as_html(pack, "0" * 64)
    assert len(as_pdf(pack, "0" * 64)) > len(as_pdf(replace(pack, parts=()), "0" * 64)) + len(png) // 2


def test_without_a_model_no_attribute_of_its_card_is_claimed(desk: Pipeline) -> None:
    pack = desk.complying.make("operator")
    card = [one for part, one in pack.requirements() if part.key == "model_cards"]
    assert len(card) == 31 and {one.verdict.value for one in card} == {"not_applicable"}


def test_what_a_sender_labelled_itself_is_counted_beside_the_programmes(
    desk: Pipeline, tmp_path: Path
) -> None:
    who = {"resourceType": "Patient", "id": "p9", "birthDate": "1970-01-01", "name": [{"family": "Invented"}]}
    label = [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"}]
    found = {
        "resourceType": "Condition",
        "id": "c9",
        "meta": {"security": label},
        "subject": {"reference": "Patient/p9"},
        "code": {"text": "An invented condition"},
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": who}, {"resource": found}],
    }
    before = site_of(desk).store.retained.labelled((), keeping.OPENED)
    file = tmp_path / "labelled.json"
    file.write_bytes(orjson.dumps(bundle))
    assert not desk.connect([file], source="riverside_ehr").rejected
    site = site_of(desk)
    after = site.store.retained.labelled((), keeping.OPENED)
    assert (
        after.labels == {**before.labels, "label 42CFRPart2": (1, 1)} and after.looked == after.of > before.of
    )
    assert "label 42CFRPart2 1" in told(keeping.of_programmes(site))["part2.labelled"].value
    assert ("labelled by their sender", "label 42CFRPart2", "", "1", "1") in keeping.programmes(site)[0].rows
    assert site.store.retained.labelled((), 1).looked == 1
