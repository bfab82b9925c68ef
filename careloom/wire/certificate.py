"""The certificate that another system showed us."""

import ssl
from datetime import UTC, datetime


def ends(line: ssl.SSLObject | ssl.SSLSocket | None) -> datetime | None:
    """Until when the certificate of the other side holds; None where it showed none, or none that was verified."""
    shown = line.getpeercert() if line is not None else None
    said = str((shown or {}).get("notAfter", ""))
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(said), UTC) if said else None
