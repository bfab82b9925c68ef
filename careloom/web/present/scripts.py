"""What the pages' scripts say: words in the reader's language, handed over in the head of each page as data."""

import json
from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString

from careloom.web.saying import later

# static/web/words.js reads them; what is filled in stands in braces.
WORDS: Mapping[str, str] = {
    "kept": later("Kept."),
    "keeping": later("Keeping…"),
    "taken back": later("Taken back."),
    "other window": later("In another window you typed: “{stands}”."),
    "take those": later("Take those"),
    "keep these": later("Keep these"),
    "may not": later("What you type here isn't kept: you are signed out, or may not decide on this."),
    "signed out": later(
        "You are signed out, and what you pressed was not done. What you typed still stands on this page; leave it open."
    ),
    "sign in": later("Sign in in another tab"),
    "signed in": later("You are signed in again. What you typed still stands; press it once more."),
    "unreached": later("What you type here isn't kept: Careloom can't be reached."),
    "changed elsewhere": later(
        "Changed in another window of yours; what stands there is shown. Tap again to change it."
    ),
    "typed elsewhere": later("In another window you typed “{stands}”; it stands. Here stood “{mine}”."),
    "call may not": later("Not kept: you are signed out, the call is over, or this can't stand there."),
    "paged": later("{what}: somebody was paged. Act on it now."),
    "call unreached": later(
        "Careloom can't be reached. What you ticked and typed is kept on this page and sent again; leave it open."
    ),
    "not yet": later("Not yet: something isn't kept. It is sent again; press it then."),
    "gone": later(
        "Careloom can't be reached. What you see is from {since}, and what you just pressed was not taken. "
        "Press it again when the network is back."
    ),
    "no answer": later("The site did not answer as it should. Open the page again."),
    "no passkey": later("The passkey was not used. Try again, or use another way."),
}


def words() -> SafeString:
    """The element for the page that is being written."""
    said = json.dumps({name: str(words) for name, words in WORDS.items()}, ensure_ascii=False)
    return format_html('<meta name="words" content="{}">', said)
