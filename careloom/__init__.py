"""Careloom weaves a patient's scattered records into one record and drafts what a care team writes."""

__version__ = "0.1.0"
