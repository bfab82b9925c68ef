"""The command line: one file per command; the commands are the stages."""


def main() -> None:
    """Run the command line."""
    raise SystemExit("careloom: commands come with the next commits")
