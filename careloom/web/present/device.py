"""A session in words: its browser, from what it calls itself (nobody has to believe it), and how it was opened."""

from django.utils.translation import gettext

from careloom.web.present.words import listed
from careloom.web.saying import later

# In this order: a browser names others for compatibility, itself before them.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("python", later("a program")),
    ("curl/", later("a program")),
)
_SYSTEMS = (
    ("iPhone", later("an iPhone")),
    ("iPad", later("an iPad")),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS", later("a Mac")),
    ("Linux", "Linux"),
)

# How a session is opened, as it is kept (web/entering.py).
_WAYS = {
    "password": later("password"),
    "passkey": later("passkey"),
    "code": later("code of the app"),
    "recovery": later("recovery code"),
}
_AND = " and "


def opened_by(way: str) -> str:
    """How a session was opened, in the reader's language; the name of an identity provider or an EHR as it is."""
    first, _, second = way.rpartition(_AND)
    parts = (first, second) if first and second in _WAYS else (way,)
    return listed([str(_WAYS.get(one, one)) for one in parts])


def device(agent: str) -> str:
    """For example "Chrome on Windows"; "A browser that doesn't say which" where it says nothing we know."""
    browser = next((str(name) for sign, name in _BROWSERS if sign.lower() in agent.lower()), "")
    system = next((str(name) for sign, name in _SYSTEMS if sign in agent), "")
    if browser and system:
        return gettext("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or gettext("A browser that doesn't say which")
