"""Evidence: what the running system tells of itself, value by value, with where each came from.

Takes    the site's settings, its store, its knowledge, and the moment
Gives    Evidence by name: what was looked at, its value, whether it bears a requirement out, and where it came from
Never    calls anything met, tells anything of a patient, or repeats a secret of the settings
"""
