"""careloom knowledge: what the product knows, which version, and whether each rule does what its examples say."""

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console

from careloom.cli.frame import careloom_command, progress, settings, show
from careloom.errors import ConfigError, InputError
from careloom.knowledge import load
from careloom.knowledge.examples import tried
from careloom.knowledge.releases import compile_release, format_of, in_force
from careloom.knowledge.releases.formats import FORMATS
from careloom.pipeline import RELEASES


@click.group("knowledge", short_help="What the product knows, and its own examples.")
def command() -> None:
    """Protocols, drugs, labs and conditions."""


@careloom_command("show", short_help="What is loaded.")
def show_loaded() -> None:
    """List the protocols with their rules and sources, and what could not be loaded."""
    site = settings()
    knowledge = load(site.protocols, site.home / RELEASES)
    rules = [
        {"id": rule.id, "kind": rule.kind, "source": rule.source, "section": rule.section, "year": rule.year}
        for rule in knowledge.protocols.all
    ]

    def words(console: Console) -> None:
        for rule in rules:
            console.print(
                f"{rule['id']}: {rule['source']}, {rule['section']}, {rule['year']}", soft_wrap=True
            )
        for problem in knowledge.problems:
            console.print(f"not loaded: {problem}", soft_wrap=True)

    show(
        {"version": knowledge.version, "rules": rules, "problems": [str(one) for one in knowledge.problems]},
        words=words,
    )
    if knowledge.problems:
        raise ConfigError("some knowledge could not be loaded")


@careloom_command("load", short_help="Take a site's own release of a code system or value set.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--version", default="", help="The release's version (default: the date or number in a file's name)."
)
def load_release(paths: tuple[Path, ...], version: str) -> None:
    """Compile one release: RxNorm RRF, LOINC CSV, SNOMED RF2 snapshot, ICD-10-CM order file, CVX, or FHIR JSON.

    Files of one release go together; of a folder those are taken that are known. Where one is wrong or cut off it is
    named with its line, and the release in force stays.
    """
    files = _files(paths)
    with progress("Compiling", None):
        release = compile_release(
            files, settings().home / RELEASES, loaded=datetime.now(UTC).astimezone().date(), version=version
        )
    told = msgspec.to_builtins(release)
    rows = ", ".join(f"{count:,} {name}" for name, count in release.counts.items())
    show(told, words=lambda console: console.print(f"{release.name} {release.version} is in force: {rows}"))


def _files(paths: tuple[Path, ...]) -> list[Path]:
    found = [path for path in paths if path.is_file()]
    for folder in (path for path in paths if path.is_dir()):
        for file in sorted(one for one in folder.rglob("*") if one.is_file()):
            try:
                format_of(file)
            except InputError:
                continue
            found.append(file)
    if not found:
        raise InputError(f"there is no file of: {', '.join(FORMATS)}")
    return found


@careloom_command("list", short_help="The site's own releases in force.")
def list_releases() -> None:
    """List the releases with version, licence and the day they were loaded; what ships is in docs/knowledge.md."""
    releases, problems = in_force(settings().home / RELEASES)

    def words(console: Console) -> None:
        for one in releases:
            console.print(
                f"{one.name} {one.version}, loaded {one.loaded}: {sum(one.counts.values()):,} rows; {one.licence}",
                soft_wrap=True,
            )
        for problem in problems:
            console.print(f"not in force: {problem}", soft_wrap=True)

    show(
        {"releases": [msgspec.to_builtins(one) for one in releases], "problems": list(problems)}, words=words
    )
    if problems:
        raise ConfigError("a release can't be used")


@careloom_command("test", short_help="Each protocol rule on its own examples.")
def test_examples() -> None:
    """Try every rule of every protocol file, a site's own included, on the examples that stand beside it."""
    site = settings()
    knowledge = load(site.protocols, site.home / RELEASES)
    files = tried(knowledge)

    def words(console: Console) -> None:
        for one in files:
            console.print(
                f"{one.file}: {one.rules} rules, {one.examples} examples, {one.passed} passed", soft_wrap=True
            )
            for fault in one.faults:
                console.print(f"wrong: {fault}", soft_wrap=True)
        for problem in knowledge.protocols.problems:
            console.print(f"not loaded: {problem}", soft_wrap=True)

    told = {
        "version": knowledge.version,
        "files": [msgspec.to_builtins(one) for one in files],
        "problems": list(knowledge.protocols.problems),
    }
    show(told, words=words)
    if knowledge.protocols.problems or any(one.faults for one in files):
        raise ConfigError("a protocol does not do what its examples say")


for one in (show_loaded, test_examples, load_release, list_releases):
    command.add_command(one)
