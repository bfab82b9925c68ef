"""The MLLP listener: senders connect to us, and hear of each HL7 v2 message whether it is durably kept."""

from careloom.wire.mllp.limits import Limits
from careloom.wire.mllp.listener import Listener

__all__ = ["Limits", "Listener"]
