"""Optical recognition by Tesseract (Debian: tesseract-ocr, tesseract-ocr-spa), as a process of its own with a time limit."""

import io
import os
import shutil
import subprocess
from functools import cache

from PIL import Image

SECONDS = 120
LANGUAGES = ("eng", "spa")


class Unreadable(Exception):
    """Why an image can't be read, in words that hold nothing of it."""


def recognise(image: Image.Image) -> str:
    """The text of a grey image, English or Spanish.

    Raises Unreadable where Tesseract is not installed, has none of the languages, fails or takes too long.
    """
    program = shutil.which("tesseract")
    if program is None:
        raise Unreadable("is an image, and Tesseract, which would read it, is not installed here")
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=1)
    command = [program, "-", "-", "-l", _languages(program), "--psm", "3"]
    # One thread: pages are short, and the other processes of a small machine go on.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(  # noqa: S603
            command, input=png.getvalue(), capture_output=True, timeout=SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(f"took longer than {SECONDS} seconds to read") from None
    if done.returncode:
        raise Unreadable("could not be read by Tesseract")
    return done.stdout.decode("utf-8", errors="replace")


@cache
def _languages(program: str) -> str:
    done = subprocess.run(  # noqa: S603
        [program, "--list-langs"], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    there = [one for one in LANGUAGES if one in done.stdout.split()]
    if not there:
        raise Unreadable("is an image, and Tesseract has neither English nor Spanish here")
    return "+".join(there)
