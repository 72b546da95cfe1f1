"""Consents: each separate, voluntary, dated, with the text version shown."""
