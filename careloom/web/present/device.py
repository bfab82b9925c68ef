"""A browser in words, from what it calls itself; nobody has to believe it."""

from django.utils.translation import gettext

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
    ("python", "a program"),
    ("curl/", "a program"),
)
_SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)


def device(agent: str) -> str:
    """For example "Chrome on Windows"; "A browser that doesn't say which" where it says nothing we know."""
    browser = next((name for sign, name in _BROWSERS if sign.lower() in agent.lower()), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or gettext("A browser that doesn't say which")
