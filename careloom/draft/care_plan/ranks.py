"""What matters how much in a care plan: ranks, lowest first; they decide what stands on top and what is folded.

The order is what a physician and a coordinator would put first (docs/decisions/0004 gives the reasons):

  1. harm that may be happening now: an answer about self-harm, violence, a critical result
  2. drugs that harm: against an allergy, together, with a disease, a kidney or a result; a dispute over a high-alert drug
  3. results far beyond their range by a public limit, and strong trends
  4. what has a day within a month: an eviction, a cut-off, a hospital stay that just ended
  5. sources that differ on an allergy, a dose, or whether a drug is taken; needs of home, food and light; a refusal
  6. conditions far from any goal; results beyond their range that are news
  7. conditions off their goal; other needs; results beyond their range that are known
  8. routine: problems, drugs, checks that are due, facts

Protocol rules bring ranks of their own on this scale: harm below 20, this week below 40, off goal and overdue from 40,
education from 80, always there from 150. A rule's line about a result stands as high as the result asks for.
"""

# 1. Harm that may be happening now.
SELF_HARM = 0
STILL_IN_HAND = 1
CRITICAL = 2
UNSAFE = 3
# 2. Drugs that harm.
ALLERGY_HAZARD = 4
HAZARD = 10
HIGH_ALERT_CONFLICT = 13
# The last rank of harm: a protocol's line up to here tells of a hazard.
HARM_LAST = 14
# 3. Results.
MARKED = 15
# Records of two people may have become one.
IDENTITY = 16
# An end that nobody wants, or one that somebody did; blood of another group.
CODE_STATUS = 16
BLOOD_GROUP = 16
STRONG_TREND = 17
# 4. What has a day.
DATED = 19
# 5. Sources that differ; needs that can become harm within weeks; refusals.
DIAGNOSIS_DISPUTED = 20
ALLERGY_CONFLICT = 21
DOSE_CONFLICT = 22
MEDICATION_LIST = 23
PREGNANCY = 23
DRUG_DISPUTED = 24
UNSAFE_HOME = 26
EMERGENCY = 28
DENIED = 30
# 6. Far from any goal, and news.
POOR = 36
PROBLEM_DISPUTED = 37
NEWS = 38
# 7. Off goal; other needs; known.
STALE_RECORD = 58
OLD_NEWS = 60
NEED = 64
SMOKING = 64
MEASURED_APART = 64
BEYOND = 70
# The last rank that may stand among the top three before routine does.
TOP_LAST = 80
# A need that no words of a note say outright: never among the top three while anything else is.
UNSURE = TOP_LAST + 1
# The last rank of what is to be done this week.
THIS_WEEK = 39
# The last rank at which one thing may take a second place of the top three.
TWICE_LAST = STRONG_TREND
# What the care team does about the lines above stands close to them.
ANSWER = 5
# 8. Routine.
ALLERGY = 38
SERIOUS = 96
CHRONIC = 100
OTHER_ALLERGY = 105
HIGH_RISK_DRUG = 110
LANGUAGE = 116
PRESSURE = 131
DOCUMENTED_GOAL = 140
DRUG = 150
CARE = 170
FINDING = 180
GAP = 200
PROBLEM = 220
ROUTINE = 240
PAST = 300
# Protocol lines up to here can't wait for the next visit.
URGENT = 30
# Protocol lines from here on wait for the next review where a plan would grow too long.
CAN_WAIT = 61
ACTIVITY_LIGHTER = 60
# Added to what a plan of two printed pages has no room for: it stands last, folded.
LAST = 1000
