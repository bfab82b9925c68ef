"""careloom patients: whom the store knows."""

from rich.console import Console
from rich.table import Table

from careloom.care.entry import Identifier
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline import Pipeline


@careloom_command("patients", short_help="Whom the store knows.")
def command() -> None:
    """List the patients with their identifiers, names and number of entries."""
    pipeline = open_pipeline()
    found = rows(pipeline)
    pipeline.store.audit.note("operator", "read", what="patients")

    def words(console: Console) -> None:
        table = Table("id", "name", "born", "sex", "entries", box=None)
        table.columns[0].no_wrap = True
        for row in found:
            names = row["names"]
            assert isinstance(names, list)
            table.add_row(
                str(row["id"]),
                "; ".join(names),
                str(row["birth_date"] or ""),
                str(row["sex"] or ""),
                str(row["entries"]),
            )
        console.print(table)

    show({"patients": found}, words=words)


def rows(pipeline: Pipeline) -> list[dict[str, object]]:
    """One object of the contract for each patient, in the order of their ids."""
    counts = pipeline.store.entries.counts()
    found: list[dict[str, object]] = []
    for patient, persons in sorted(pipeline.store.patients.all().items()):
        identifiers: dict[Identifier, None] = {}
        names: dict[str, None] = {}
        for person in persons:
            identifiers |= dict.fromkeys(person.identifiers)
            names |= dict.fromkeys(name.full for name in person.names if name.full)
        found.append(
            {
                "id": patient,
                "identifiers": [{"system": one.system, "value": one.value} for one in identifiers],
                "names": list(names),
                "birth_date": next((one.birth_date for one in persons if one.birth_date), None),
                "sex": next((one.sex for one in persons if one.sex), None),
                "entries": counts.get(patient, 0),
            }
        )
    return found
