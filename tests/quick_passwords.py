"""Argon2 in a thousandth of its time, for tests that sign people in but are about something else."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The same form of a stored password, of the least cost that Argon2 allows."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
