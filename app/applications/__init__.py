"""Drafts, applications, choices, offers."""
