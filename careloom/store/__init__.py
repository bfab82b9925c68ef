"""Store: everything that must outlive a process, and the only room that speaks SQL.

Takes    messages, entries, proposals, decisions, documents and who did what, of one organisation
Gives    them back unchanged and decrypted, the newest revision chosen
Never    changes or forgets what was said: messages, revisions, decisions and audit events are appended
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from careloom.store.opening import Store, open_store

__all__ = ["Store", "open_store"]


def __getattr__(name: str) -> Any:
    """Import the parts on first use: Django imports this package before models can be."""
    if name not in __all__:
        raise AttributeError(name)
    from careloom.store import opening

    return getattr(opening, name)
