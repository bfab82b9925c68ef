"""By which route a drug enters the body, from the words of its order and of its product."""

import re

from careloom.care.entry import Entry

# In this order: what is the more exact stands first ("apply 1 patch to skin", "oral inhalation").
_ROUTES = (
    ("subcutaneous", r"under (?:the |your )?skin|subcut|\bsub-?q\b|\bsq\b|\bsc\b|bajo la piel"),
    ("intramuscular", r"intramusc|\bim\b"),
    ("intravenous", r"intraven|\biv\b|\bivpb\b"),
    ("inhaled", r"inhal|\bpuffs?\b|nebul|actuat|\bhfa\b|diskus|respimat|ellipta"),
    ("nasal", r"\bnasal|nostril|intranas"),
    ("eye", r"ophthal|\beyes?\b|\bojos?\b"),
    ("ear", r"\botic|\bears?\b"),
    ("transdermal", r"patch|transderm|parche"),
    ("sublingual", r"sublingual|under (?:the |your )?tongue|bajo la lengua"),
    ("rectal", r"\brectal|supposit"),
    ("vaginal", r"vaginal"),
    ("topical", r"topical|cream|ointment|lotion|\bgel\b|to (?:the )?(?:skin|affected)|\bcutaneous"),
    ("injected", r"inject|\bpen\b|syringe|\bvial\b|flexpen|kwikpen|solostar|infus"),
    (
        "oral",
        r"\boral|by mouth|\bpo\b|\bp\.o\.|\btab(?:let)?s?\b|\bcap(?:sule|let)?s?\b|\bpills?\b|swallow|chew|softgel|"
        r"por (?:la )?boca|comprimido|tableta|pastilla",
    ),
)
_PATTERNS = tuple((route, re.compile(words, re.I)) for route, words in _ROUTES)


def route(entry: Entry) -> str:
    """ "oral", "inhaled", "subcutaneous", …: of the dosage's route, else of its words, else of the product; "" if none says."""
    dosage = entry.dosage
    names = " ".join(dict.fromkeys([entry.text, *(code.display for code in entry.codes)]))
    told = (dosage.route, f"{dosage.dose} {dosage.text}") if dosage else ()
    for words in (*told, names):
        for name, pattern in _PATTERNS:
            if pattern.search(words):
                return name
    return ""
