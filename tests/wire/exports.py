"""The bulk exports of the tests' own server: a job, and the list of its files."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.wire.served import Hospital

Resource = dict[str, Any]


@dataclass
class Job:
    """An export that was asked for."""

    since: str
    types: list[str]
    polls: int = 0
    gone: bool = False
    files: dict[str, bytes] = field(default_factory=dict)


def manifest(hospital: "Hospital", number: str, job: Job) -> Resource:
    """The list of an export's files, made when it is asked for first."""
    where = f"{hospital.base.removesuffix('/fhir')}/{'files' if hospital.needs_token or not hospital.keys else 'open'}/{number}"
    groups: dict[str, list[Resource]] = {}
    for one in hospital.resources.values():
        if job.types and one["resourceType"] not in job.types:
            continue
        if job.since and one["meta"]["lastUpdated"] <= job.since:
            continue
        groups.setdefault(one["resourceType"], []).append(one)
    listed: dict[str, list[Resource]] = {"output": [], "deleted": [], "error": []}

    def add(part: str, kind: str, name: str, lines: list[Resource]) -> None:
        job.files[name] = b"".join(json.dumps(one).encode() + b"\n" for one in lines)
        listed[part].append({"type": kind, "url": f"{where}/{name}", "count": len(lines)})

    for kind, found in groups.items():
        for start in range(0, len(found), hospital.lines_a_file):
            add("output", kind, f"{kind}.{start}.ndjson", found[start : start + hospital.lines_a_file])
    if hospital.deleted:
        gone = [{"request": {"method": "DELETE", "url": one}} for one in hospital.deleted]
        add(
            "deleted",
            "Bundle",
            "deleted.ndjson",
            [{"resourceType": "Bundle", "type": "transaction", "entry": gone}],
        )
    if hospital.errors:
        add("error", "OperationOutcome", "errors.ndjson", hospital.errors)
    return {
        "transactionTime": "2026-06-01T00:00:00.000Z",
        "request": f"{hospital.base}/$export",
        "requiresAccessToken": hospital.needs_token,
        **listed,
    }
