"""A real Chromium, from Debian, for the tests that act as a nurse would."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

# The same engine without the windows of a desktop takes half the CPU.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 390, "height": 844}


def absent() -> bool:
    """Whether this machine has no Chromium."""
    return CHROMIUM is None


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser. Django's ORM may be called beside it: nothing here is really asynchronous."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    """Sign in as a person would."""
    page.goto(f"{address}/sign-in?next=/queue")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    # "**/queue" would fit the address of the sign-in page, too.
    page.wait_for_url(lambda address: "/sign-in" not in address)
