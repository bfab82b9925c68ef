"""careloom team: who cares for a patient."""

import click
from rich.console import Console

from careloom.cli.frame import careloom_command, open_pipeline, show


@careloom_command("team", short_help="Who cares for a patient, and so may see the record.")
@click.argument("patient", metavar="PATIENT")
@click.option("--add", "joins", multiple=True, metavar="USER", help="Put this person in.")
@click.option("--remove", "leaves", multiple=True, metavar="USER", help="Take this person out.")
@click.option("--why", default="", metavar="TEXT", help="Why; kept with each step.")
def command(patient: str, joins: tuple[str, ...], leaves: tuple[str, ...], why: str) -> None:
    """Print PATIENT's care team, after putting people in or taking them out."""
    pipeline = open_pipeline()
    known = pipeline.find(patient)
    for user in joins:
        pipeline.access.join("operator", known, user, why)
    for user in leaves:
        pipeline.access.leave("operator", known, user, why)
    names = {one.user: one for one in pipeline.store.users.all()}
    team = [
        {
            "user": one.user,
            "name": names[one.user].name if one.user in names else "",
            "role": names[one.user].role if one.user in names else "",
            "since": one.since.isoformat(),
        }
        for one in pipeline.access.team(known)
    ]

    def words(console: Console) -> None:
        for one in team:
            console.print(f"  {one['name'] or one['user']} ({one['role'].replace('_', ' ')})")
        if not team:
            console.print(f"Nobody is in it (CARELOOM_CARE_TEAMS={pipeline.access.rule}).")

    show({"patient": known, "team": team}, words=words)
