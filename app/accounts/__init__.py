"""Accounts, server-side sessions, tokens, throttling."""
