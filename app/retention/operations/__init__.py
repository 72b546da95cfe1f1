"""Verbs of the end of data."""
