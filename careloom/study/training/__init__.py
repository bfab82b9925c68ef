"""Training: how somebody learns to judge a draft, and how well she does.

Takes    checked drafts of invented people (people.toml) and a seed; then what a learner said of each line
Gives    drills with planted faults; sensitivity, false alarms and automation bias with their intervals; whether that is enough
Never    touches a patient's record, draft or chart
"""

from pathlib import Path

# The invented people of the drills, in the form of improve/people.toml.
PEOPLE = Path(__file__).parent / "people.toml"
