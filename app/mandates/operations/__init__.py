"""Verbs of those who help: contacts, mandates, changes in a file that is not their own."""
