"""careloom replay: rebuild the records from the stored messages."""

from careloom.cli.connect import answer, words
from careloom.cli.frame import careloom_command, open_pipeline, progress, show


@careloom_command("replay", short_help="Rebuild records from the stored messages.")
def command() -> None:
    """Read every stored message again with today's readers; what reads differently becomes a new revision."""
    pipeline = open_pipeline()
    with progress("Replaying", pipeline.store.messages.count()) as step:
        report = pipeline.replay(step=step)
    show(answer(report), words=lambda console: words(report, console))
