"""careloom knowledge: what the product knows, which version, and whether each rule does what its examples say."""

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console

from careloom.cli.frame import careloom_command, open_pipeline, progress, settings, show
from careloom.errors import ConfigError, InputError
from careloom.knowledge import load
from careloom.knowledge.examples import tried
from careloom.knowledge.packing import drop, keep
from careloom.knowledge.packs import FOLDER
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
@click.option("--older", is_flag=True, help="It is meant though a later one is in force.")
def load_release(paths: tuple[Path, ...], version: str, older: bool) -> None:
    """Compile one release: RxNorm RRF, LOINC CSV, SNOMED RF2 snapshot, ICD-10-CM order file, CVX, or FHIR JSON.

    Files of one release go together; of a folder those are taken that are known. A folder of FHIR value sets is one release. Where one is wrong or cut off it is
    named with its line, and the release in force stays; so it does where it is a later one than these files.
    """
    files = _files(paths)
    with progress("Compiling", None):
        release = compile_release(
            files,
            settings().home / RELEASES,
            loaded=datetime.now(UTC).astimezone().date(),
            version=version,
            older=older,
        )
    told = msgspec.to_builtins(release)
    rows = ", ".join(f"{count:,} {name}" for name, count in release.counts.items())

    def words(console: Console) -> None:
        console.print(f"{release.name} {release.version} is loaded: {rows}")
        console.print(
            "In a site that has drafted it waits on the page Changes until two sign it: careloom release waiting",
            soft_wrap=True,
        )
        if release.left_out:
            console.print(
                f"{len(release.left_out)} files list no codes and were left out: {', '.join(release.left_out)}",
                soft_wrap=True,
                markup=False,
            )

    show(told, words=words)


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


@careloom_command("pack", short_help="Take a licensed database, or any table, of interactions.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", default="", help="What plans call it (default: as its TOML file or the file says).")
@click.option("--dated", default="", help="When it was made, as its publisher writes it.")
@click.option("--licence", default="", help="By what licence the site holds it.")
@click.option(
    "--map",
    "sheet",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A TOML file that says what its columns and words mean (docs/packs.md).",
)
@click.option("--older", is_flag=True, help="It is meant though it is older than the one in force.")
def keep_pack(file: Path, name: str, dated: str, licence: str, sheet: Path | None, older: bool) -> None:
    """Read FILE, a CSV table of interacting drugs or of drugs and circumstances, and keep it beside our own list.

    Its columns are known by their headings. Where lists disagree, a plan names both and the more severe counts. A row that
    can't be used is named with its line, and the others count. A table that contradicts itself, or is older than the one of its name in force, is refused.
    """
    said = {"name": name, "dated": dated, "licence": licence}
    with progress("Reading", None):
        kept = keep(file, settings().home / RELEASES / FOLDER, sheet, said, older=older)

    def words(console: Console) -> None:
        console.print(f"{kept.name} is in force: {kept.rows:,} rows of {kept.kind}", soft_wrap=True)
        for problem in kept.problems:
            console.print(f"not used: {problem}", soft_wrap=True, markup=False)

    show(msgspec.to_builtins(kept), words=words)


@careloom_command("unpack", short_help="Take a pack out again.")
@click.argument("name")
def drop_pack(name: str) -> None:
    """Take the pack called NAME out of force; plans that were drafted with it keep what they said."""
    open_pipeline().store.holds.must_not_hold("a pack on which drafts of the past rest")
    if not drop(name, settings().home / RELEASES / FOLDER):
        raise InputError("there is no pack of that name; careloom knowledge packs lists them")
    show({"dropped": name}, words=lambda console: console.print(f"{name} is out of force", markup=False))


@careloom_command("packs", short_help="The lists of interactions in force.")
def list_packs() -> None:
    """List our own list of interactions and the packs beside it, and what of them could not be used."""
    site = settings()
    table = load(site.protocols, site.home / RELEASES).interactions

    def words(console: Console) -> None:
        for one in table.lists:
            licence = f"; {one.licence}" if one.licence else ""
            console.print(f"{one.words}: {one.rows:,} rows{licence}", soft_wrap=True, markup=False)
        for problem in table.problems:
            console.print(f"not used: {problem}", soft_wrap=True, markup=False)

    show(
        {"lists": [msgspec.to_builtins(one) for one in table.lists], "problems": list(table.problems)},
        words=words,
    )


@careloom_command("rates", short_help="How often each rule of the check fired, and was signed over.")
@click.option("--newest", default=1000, show_default=True, help="How many plans to count, the newest first.")
def show_rates(newest: int) -> None:
    """Count over the newest plans what became of each rule's findings: signed over, heeded, waiting, or quiet as accepted before."""
    pipeline = open_pipeline()
    plans, found = pipeline.data_audit.rates(newest)

    def words(console: Console) -> None:
        console.print(f"{plans} plans")
        for one in found:
            rate = (
                "nobody decided yet" if one.override_rate is None else f"{one.override_rate:.0%} signed over"
            )
            console.print(
                f"{one.rule}: fired {one.fired} times ({one.high} high), {one.overridden} signed over, {one.heeded} heeded, "
                f"{one.waiting} waiting, {one.quiet} quiet; {rate}",
                soft_wrap=True,
            )

    rules = [{**msgspec.to_builtins(one), "override_rate": one.override_rate} for one in found]
    show({"plans": plans, "rules": rules}, words=words)


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


for one in (
    *(show_loaded, test_examples, load_release, list_releases),
    *(keep_pack, drop_pack, list_packs, show_rates),
):
    command.add_command(one)
