"""Verbs of transfers: ask and approve, prepare an order, keep a recipient's key, make the file, tell what changed."""
