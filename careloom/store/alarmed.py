"""The tables of alarms and of who answers for what. They hold ids, kinds and times in clear, and sealed words."""

from django.db import models

from careloom.store.row import Row


class StoredAlarm(Row):
    """An alarm as it was raised (`care.alarm.Alarm`); of one cause they are numbered, so that of two at once one is refused."""

    kind = models.CharField(max_length=16)
    cause = models.CharField(max_length=128)
    number = models.IntegerField()
    severity = models.CharField(max_length=16)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "cause", "number"], name="one_alarm_of_cause"
            )
        ]
        indexes = [models.Index(fields=["organisation", "at"], name="alarm_at")]


class AlarmStep(Row):
    """What happened to an alarm. Its steps are numbered: of two at once one is refused."""

    alarm = models.ForeignKey(StoredAlarm, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alarm", "number"], name="one_alarm_step")]
        indexes = [models.Index(fields=["organisation", "what"], name="alarm_step_what")]


class StoredOwner(Row):
    """From when on who answers for a duty; the newest counts. `user` is "" where a role does."""

    duty = models.CharField(max_length=64)
    user = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "duty", "at"], name="owner_of_duty")]
