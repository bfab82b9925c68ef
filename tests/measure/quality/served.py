"""The invented people of CMS122 and CMS165 in a real store, with the invented value sets as files, and people who read the rates."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from careloom.pipeline import Pipeline
from tests.measure.quality.cases import bundle
from tests.measure.quality.one_code_each import ALL


def sets_in(folder: Path) -> Path:
    """The invented value sets as FHIR expansions."""
    folder.mkdir()
    for url, codes in ALL.members.items():
        contains = [{"system": system, "code": code} for system, code in codes]
        found = {
            "resourceType": "ValueSet",
            "status": "active",
            "url": url,
            "expansion": {"contains": contains},
        }
        (folder / f"{url.rpartition('/')[2]}.json").write_text(json.dumps(found))
    return folder


def connected(pipeline: Pipeline, folder: Path, people: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    """These people's records come in."""
    folder.mkdir(exist_ok=True)
    for name, resources in people.items():
        (folder / f"{name}.json").write_text(json.dumps(bundle(list(resources))))
    pipeline.connect(sorted(folder.glob("*.json")), source="clinic")
