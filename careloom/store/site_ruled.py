"""The tables of a site's own rules: what rules looked at of each draft, versions of rules, what happened to them, and failures without identifiers."""

from django.db import models

from careloom.store.row import Row


class FrozenInputs(Row):
    """What rules look at of one draft (`care.site_rule.RuleInputs`), kept as the draft was queued; `made` is when it was made."""

    proposal = models.OneToOneField("store.StoredProposal", models.PROTECT, related_name="rule_inputs")
    made = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "made"], name="frozen_inputs_made")]


class FailureCase(Row):
    """What was said of a draft, and about whom, without identifiers (`care.failure.Case`); the newest counts."""

    lesson = models.ForeignKey("store.Lesson", models.PROTECT, related_name="cases")
    at = models.DateTimeField()
    sealed = models.BinaryField()


class StoredRule(Row):
    """A version of a rule: what it says is never changed, a change is another version. `lesson` is the failure it was drafted from; `needs` is the
    version of the form that it is kept in (null: the first), which whoever knows none so late doesn't draft beside."""

    rule = models.CharField(max_length=32)
    version = models.IntegerField()
    template = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    lesson = models.ForeignKey("store.Lesson", models.PROTECT, null=True, related_name="rules")
    needs = models.IntegerField(null=True)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "rule", "version"], name="one_version_of_rule")
        ]


class RuleTrial(Row):
    """The trial of a version that is being made: how many of how many drafts were looked at. It goes when the trial is kept."""

    of = models.OneToOneField(StoredRule, models.PROTECT, related_name="trial")
    begun = models.DateTimeField()
    done = models.IntegerField()
    total = models.IntegerField()


class SiteRuleStep(Row):
    """What happened to a version of a rule. Its steps are numbered: of two at once one is refused."""

    of = models.ForeignKey(StoredRule, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_site_rule_step")]
        indexes = [models.Index(fields=["organisation", "what"], name="site_rule_step_what")]
