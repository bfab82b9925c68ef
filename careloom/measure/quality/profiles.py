"""Which QI-Core 6 profile a resource answers to, by what it claims in meta.profile or, where it claims none, by its category."""

from careloom.measure.quality.noun import Table, Truth

ENCOUNTER_DIAGNOSIS = "qicore-condition-encounter-diagnosis"
PROBLEMS = "qicore-condition-problems-health-concerns"
PROBLEM_CATEGORIES = ("problem-list-item", "health-concern")


def encounter_diagnosis(table: Table) -> Table:
    """Diagnoses of an encounter (QI-Core ConditionEncounterDiagnosis)."""
    return table.filter(_is(table, ENCOUNTER_DIAGNOSIS, PROBLEMS, ("encounter-diagnosis",)))


def problem(table: Table) -> Table:
    """Problems and health concerns (QI-Core ConditionProblemsHealthConcerns)."""
    return table.filter(_is(table, PROBLEMS, ENCOUNTER_DIAGNOSIS, PROBLEM_CATEGORIES))


def _is(table: Table, mine: str, other: str, categories: tuple[str, ...]) -> Truth:
    claimed = table.profile.contains(mine)
    categorised = table.category.contains(categories[0])
    for one in categories[1:]:
        categorised = categorised | table.category.contains(one)
    return claimed | (~table.profile.contains(other) & categorised)
