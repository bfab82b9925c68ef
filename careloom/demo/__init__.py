"""Invented people for the demo and the tests, as fragments from five sources that disagree.

Every person, address, number and event here is made up. `truth/` says what each one's record must hold
and what the plan must and must not say; the day on which it all is true is AS_OF.
"""

from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
AS_OF = date(2026, 11, 23)

# (the site's name for the source, its folder), in the order in which they arrive.
PEOPLE = tuple(
    (source, HERE / source)
    for source in (
        "riverside_ehr",
        "northgate_clinic",
        "county_health_plan",
        "harbor_pharmacy",
        "social_services",
    )
)
TRUTH = HERE / "truth"

# Whose plan the demo prints.
SHOWN = "urn:oid:2.16.840.1.113883.19.5.1|RV104471"

# (user name, role, password, licence as STATE:NUMBER:EXPIRY). Demo homes alone have them.
STAFF = (
    ("coordinator", "care_coordinator", "quiet-harbor-morning", ""),
    ("nurse", "registered_nurse", "quiet-harbor-morning", "MA:RN0000001:2029-12-31"),
    ("physician", "physician", "quiet-harbor-morning", "MA:MD0000001:2029-12-31"),
)
