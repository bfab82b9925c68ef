"""`python -m bench.official FOLDER [SIZES…]`: prepares what `bench quality` measures us beside (CARELOOM_QUALITY_PEERS=FOLDER).

Takes    FOLDER/node_modules with the packages in PACKAGES, and ../shared/data/measures
Gives    FOLDER/CMS122 and FOLDER/CMS165, each with measure-bundle.json (Measure, compiled libraries, value sets), cases.json (what is
         published) and pop-N.json (N patients: the published cases again and again) and pop-thick.json (20 whose charts have 3,000 resources), as ../shared/peers expects them
Never    keeps the measures' text in this repository: it is put together from the published Measure, and compiled, each time
"""

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.official import cql, model
from bench.official.people import THICK_PATIENTS, Resource, again, thick
from bench.quality import LARGE, NAMES, SHARED, SMALL

PACKAGES = ("@cqframework/cql", "cql-execution", "cql-exec-fhir", "fqm-execution")
HERE = Path(__file__).parent
MEASURES = SHARED / "data/measures/qicore-2024/measure"
VALUE_SETS = SHARED / "data/measures/qicore-2024/valueset"
NOT_THE_PATIENTS = ("MeasureReport", "Measure", "Group")


def main(folder: Path, sizes: list[int]) -> int:
    """Prepare both measures; 1 where the packages or the material are absent."""
    absent = [one for one in PACKAGES if not (folder / "node_modules" / one).is_dir()]
    if absent or not MEASURES.is_dir():
        print(
            f"bench.official: absent are {', '.join(absent) or MEASURES}; npm install {' '.join(PACKAGES)} in {folder}"
        )
        return 1
    published = {one.stem: json.loads(one.read_bytes()) for one in sorted(MEASURES.glob("*.json"))}
    sets = dict(_value_sets())
    for number, name in NAMES.items():
        measure = published[name]
        compiled = compiled_libraries(folder, folder / number / "cql", measure, list(published.values()))
        asked = {one["resource"].partition("|")[0] for one in cql.needs(measure)["relatedArtifact"]}
        whole = [measure, *compiled, *(said for url, said in sets.items() if url in asked)]
        _write(folder / number / "measure-bundle.json", bundle(whole))
        cases = list(_cases(name))
        _write(
            folder / number / "cases.json", [{"id": who, "expected": expected} for who, _, expected in cases]
        )
        for size in sizes:
            people = [bundle(again(cases[place % len(cases)][1], place)) for place in range(size)]
            _write(folder / number / f"pop-{size}.json", people)
        people = [bundle(thick(cases[place % len(cases)][1], place)) for place in range(THICK_PATIENTS)]
        _write(folder / number / "pop-thick.json", people)
        print(f"{number}: {len(compiled)} libraries, {len(cases)} cases")
    return 0


def compiled_libraries(folder: Path, made: Path, measure: Resource, others: list[Resource]) -> list[Resource]:
    """A Measure's libraries as FHIR Library resources with their ELM. Raises CalledProcessError where the translator finds an error."""
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for name, text in cql.libraries(measure, others).items():
        (made / f"{name}.cql").write_text(text)
    return list(translated(folder, made))


def translated(folder: Path, made: Path) -> Iterator[Resource]:
    """The CQL of a folder as FHIR Library resources with their ELM."""
    shutil.copy(HERE / "FHIRHelpers.cql", made)
    modules = folder / "node_modules"
    described = made / "QICore.xml"
    described.write_text(
        model.qicore(modules / "cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml", "4.1.1")
    )
    subprocess.run(
        ["node", HERE / "translate.mjs", modules, described, made], check=True, stdout=subprocess.DEVNULL
    )
    for file in sorted(made.glob("*.elm.json")):
        name = file.name.removesuffix(".elm.json")
        held = {
            "contentType": "application/elm+json",
            "data": base64.b64encode(file.read_bytes()).decode(),
        }
        yield {
            "resourceType": "Library",
            "id": name,
            "url": f"https://madie.cms.gov/Library/{name}",
            "name": name,
            "status": "active",
            "type": {"coding": [{"code": "logic-library"}]},
            "content": [held],
        }


def bundle(resources: list[Resource]) -> Resource:
    """Resources as a Bundle."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in resources],
    }


def _value_sets() -> Iterator[tuple[str, Resource]]:
    for file in sorted(VALUE_SETS.rglob("*.json")):
        said = json.loads(file.read_bytes())
        every = [one["resource"] for one in said.get("entry", [])] if "entry" in said else [said]
        yield from ((one["url"], one) for one in every if one["resourceType"] == "ValueSet")


def _cases(name: str) -> Iterator[tuple[str, list[Resource], dict[str, int]]]:
    for folder in sorted((MEASURES.parent / "tests" / name).iterdir()):
        every = (
            [json.loads(file.read_bytes()) for file in sorted(folder.glob("*.json"))]
            if folder.is_dir()
            else []
        )
        reports = [one for one in every if one["resourceType"] == "MeasureReport"]
        told = [one for one in every if one["resourceType"] not in NOT_THE_PATIENTS]
        patients = [one["id"] for one in told if one["resourceType"] == "Patient"]
        if reports and len(patients) == 1:
            counts = {
                one["code"]["coding"][0]["code"]: one.get("count", 0)
                for one in reports[0]["group"][0]["population"]
            }
            yield patients[0], told, counts


def _write(file: Path, said: Any) -> None:
    file.write_text(json.dumps(said))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(__doc__)
        sys.exit(64)
    sys.exit(main(Path(sys.argv[1]).resolve(), [int(one) for one in sys.argv[2:]] or [SMALL, LARGE]))
