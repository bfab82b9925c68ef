"""What matters how much in a care plan: ranks, lowest first; they decide what stands on top and what is folded."""

# Harm that may be happening now.
ALLERGY_HAZARD = 4
HAZARD = 10
ALLERGY_CONFLICT = 14
# Records of two people may have become one.
IDENTITY = 16
MEDICATION_LIST = 17
STRONG_TREND = 18
DIAGNOSIS_DISPUTED = 19
DOSE_CONFLICT = 20
UNSAFE_HOME = 26
DENIED = 30
DRUG_DISPUTED = 34
PROBLEM_DISPUTED = 36
# What the care team does about the lines above stands close to them.
ANSWER = 5
# Protocol rules bring ranks of their own on this scale: harm below 20, off goal about 40, routine above 80.
STALE_RECORD = 58
DOCUMENTED_GOAL = 140
ALLERGY = 38
SERIOUS = 96
CHRONIC = 100
OTHER_ALLERGY = 105
HIGH_RISK_DRUG = 110
NEED = 116
ABNORMAL = 130
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
# The last rank that may stand among the top three.
TOP_LAST = 80
# Added to what a plan of two printed pages has no room for: it stands last, folded.
LAST = 1000
