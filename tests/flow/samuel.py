"""Samuel Green of the demo, and a site where he is known to a nurse and a physician."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from careloom import pipeline as pipelines
from careloom import settings
from careloom.demo import AS_OF, HERE
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence

SAMUEL = "urn:oid:2.16.840.1.113883.19.5.1|RV160001"
CHART = HERE / "riverside_ehr" / "samuel-green.json"
UNTIL = AS_OF.replace(year=2030)


def samuels_desk(home: Path, clock: Callable[[], datetime]) -> Pipeline:
    """A site that has read Samuel's chart, where Nora is a nurse and Osei a physician."""
    built = pipelines.build(replace(settings.read(), home=home, model="none"), clock=clock)
    built.connect([CHART], source="riverside_ehr")
    built.store.users.create("nora", role="registered_nurse", licence=Licence("MA", "RN1", UNTIL))
    built.store.users.create("osei", role="physician", licence=Licence("MA", "MD1", UNTIL))
    return built
