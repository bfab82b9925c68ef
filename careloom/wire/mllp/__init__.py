"""HL7 v2 over MLLP: the listener, to which senders connect and hear of each message whether it is durably kept; the sender, which sends
ours and waits for the acknowledgement of each.
"""

from careloom.wire.mllp.limits import Limits
from careloom.wire.mllp.listener import Listener
from careloom.wire.mllp.peer import Peer, connect
from careloom.wire.mllp.sender import Sender, Taken

__all__ = ["Limits", "Listener", "Peer", "Sender", "Taken", "connect"]
