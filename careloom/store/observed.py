"""The tables of time studies: the list of activities, studies and what happened to them, taps of observers' phones, and what was said of these."""

from django.db import models

from careloom.store.row import Row


class StoredActivityList(Row):
    """A version of the list of activities that observers tap; `sealed_why` are the words of whoever changed it."""

    version = models.IntegerField()
    content = models.JSONField()
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed_why = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="one_activity_list_version")
        ]


class StoredTimeStudy(Row):
    """A time study; it keeps the version of the list with which it began. `sealed` are its title and question."""

    list_version = models.IntegerField()
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField()


class TimeStudyStep(Row):
    """What happened to a study, in order: who observes, who is observed, who agreed to what, that it is over."""

    study = models.ForeignKey(StoredTimeStudy, models.PROTECT, related_name="study_steps")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    whom = models.CharField(max_length=64)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="one_time_study_step")]


class StoredTap(Row):
    """A tap of an observer, by the id that her phone gave it: the phone's times, and the site's (`at`, `ended`), moved by `off` seconds."""

    study = models.ForeignKey(StoredTimeStudy, models.PROTECT, related_name="taps")
    observer = models.CharField(max_length=64)
    key = models.CharField(max_length=32)
    shift = models.CharField(max_length=32)
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    activity = models.CharField(max_length=64)
    whom = models.CharField(max_length=64)
    phone = models.DateTimeField()
    phone_until = models.DateTimeField(null=True)
    mono = models.FloatField()
    load = models.CharField(max_length=32)
    at = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    off = models.FloatField()
    strayed = models.FloatField()
    received = models.DateTimeField()
    sealed_text = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "observer", "key"], name="one_tap")]


class TapWord(Row):
    """What an observer said afterwards of a stretch that a tap of hers began; `sealed_why` are her words."""

    study = models.ForeignKey(StoredTimeStudy, models.PROTECT, related_name="tap_words")
    shift = models.CharField(max_length=32)
    key = models.CharField(max_length=32)
    what = models.CharField(max_length=16)
    value = models.CharField(max_length=64)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed_why = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["study", "at"], name="tap_word_of_study")]
