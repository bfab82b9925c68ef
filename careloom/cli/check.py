"""careloom check: check a proposal's JSON, or plain text, against a patient's record."""

import sys
from datetime import date
from pathlib import Path

import click
import orjson
from click.core import ParameterSource

from careloom.care.document import Document
from careloom.cli import proposal as contract
from careloom.cli.frame import as_of_option, careloom_command, open_pipeline, show
from careloom.errors import InputError


@careloom_command("check", short_help="Check a proposal's JSON, or plain text, against the record.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--patient", required=True)
@as_of_option
def command(file: Path, patient: str, as_of: date) -> None:
    """Check FILE against the record of --patient; class, tier and verdicts are computed anew."""
    document = read(file)
    pipeline = open_pipeline()
    found = pipeline.find(patient)
    said = click.get_current_context().get_parameter_source("as_of") is ParameterSource.COMMANDLINE
    day = as_of if said or isinstance(document, str) else document.as_of
    proposal = pipeline.check("operator", document, found, day)
    show(contract.to_json(proposal), words=lambda console: contract.words(proposal, console))


def read(file: Path) -> Document | str:
    """A proposal's JSON as a document, else the file's plain text. Raises InputError for neither."""
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError:
        raise InputError("there is no such file", where=str(file)) from None
    if body.lstrip()[:1] in (b"{", b"["):
        try:
            return contract.from_json(orjson.loads(body))
        except orjson.JSONDecodeError as wrong:
            raise InputError("not valid JSON", where=f"line {wrong.lineno}") from None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise InputError("not UTF-8 text", where=f"byte {wrong.start}") from None
    if "\x00" in text:
        raise InputError("a NUL byte stands in the text")
    return text
