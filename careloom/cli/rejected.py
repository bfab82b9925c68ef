"""careloom rejected: what could not be read, where and why."""

from rich.console import Console

from careloom.cli.frame import careloom_command, open_pipeline, show


@careloom_command("rejected", short_help="What could not be read, where and why.")
def command() -> None:
    """List what is kept but could not be read; `careloom replay` tries it again."""
    rows = [
        {
            "message": row.message,
            "path": row.name,
            "where": row.where,
            "reason": row.reason,
            "error": row.error,
        }
        for row in open_pipeline().store.messages.rejections()
    ]

    def words(console: Console) -> None:
        for row in rows:
            console.print(f"{row['path']}  {row['where']}  {row['reason']}", soft_wrap=True)
        if not rows:
            console.print("Nothing was rejected.")

    show({"rejected": rows}, words=words)
