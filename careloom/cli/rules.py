"""careloom rules: the site's own rules, how each stands, and a trial of one over every draft of the past."""

from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.care.site_rule import SiteRule, Tried
from careloom.cli.frame import careloom_command, open_pipeline, progress_of, show
from careloom.errors import NotApproved


@careloom_command("rules", short_help="The site's own rules, and what one would have said in the past.")
@click.argument("rule", required=False)
@click.option(
    "--try", "tries", is_flag=True, help="Try RULE over every draft of the past, and keep what came of it."
)
@click.option(
    "--regress",
    "regresses",
    is_flag=True,
    help="Run the regression case of every active rule; fails where one is lost.",
)
def command(rule: str | None, tries: bool, regresses: bool) -> None:
    """Print every version of every rule, or RULE (the id of a version) alone; with --try what the drafts of the past say of it; with
    --regress run the regression cases.

    A rule is drafted, signed and withdrawn on the page Rules of this site.
    """
    if tries and not rule:
        raise click.UsageError("--try needs a RULE")
    making = open_pipeline().protecting
    if regresses:
        cases, lost = making.regress("operator")
        ran = {"cases": cases, "lost": [one.id for one in lost]}
        show(ran, words=lambda console: console.print(f"{cases} cases; {len(lost)} no longer caught."))
        if lost:
            raise NotApproved(f"{len(lost)} regression cases are no longer caught")
        return
    if rule and tries:
        with progress_of("Trying it over the past") as told:
            making.try_over_the_past("operator", rule, lambda done, of: told("", done, of))
    found = (making.get("operator", rule),) if rule else making.every("operator")
    show({"rules": [as_json(one) for one in found]}, words=lambda console: _words(found, console))


def as_json(one: SiteRule) -> dict[str, Any]:
    """A version as the contract has it; `tried` is its newest trial."""
    tried = one.tried.tried if one.tried else None
    body = one.body
    return {
        "id": one.id,
        "rule": one.rule,
        "version": one.version,
        "state": one.state.value,
        "one": body.one,
        "other": body.other,
        "severity": body.severity.value,
        "why": body.why,
        "action": body.action,
        "source": body.cited,
        "signed": sorted(one.signed),
        "tried": _numbers(tried) if tried else None,
    }


def _numbers(tried: Tried) -> dict[str, Any]:
    told = asdict(tried)
    told["examples"] = list(tried.examples)
    return {**told, "new": tried.new, "undecided": tried.undecided}


def _words(found: tuple[SiteRule, ...], console: Console) -> None:
    if not found:
        console.print("There is no rule of this site yet.")
        return
    table = Table("id", "drugs", "version", "state", "new alerts", "caught", "wrongly", "a week", box=None)
    for one in found:
        tried = one.tried.tried if one.tried else None
        numbers = (tried.new, tried.caught, tried.wrongly, tried.weekly) if tried else ("", "", "", "")
        drugs = f"{one.body.one} + {one.body.other}"
        table.add_row(one.id, drugs, str(one.version), one.state.value, *map(str, numbers))
    console.print(table)
