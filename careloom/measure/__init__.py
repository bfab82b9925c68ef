"""Measure: what becomes of time and of care, counted. Pure: no clock, no chance, no database."""
