"""Verbs of leaks and complaints."""
