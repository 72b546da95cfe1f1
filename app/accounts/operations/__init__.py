"""Verbs on accounts: signing in and out, passwords, links by mail, sessions."""

from app.accounts.operations.accounts import create_parent_account
from app.accounts.operations.links import (
    accept_invite,
    confirm_address,
    drop_login,
    issue_confirmation,
    request_reset,
    reset_password,
)
from app.accounts.operations.passwords import (
    TooBusy,
    change_password,
    check_new_password,
    hash_password,
    require_password,
)
from app.accounts.operations.sessions import end_other_sessions, end_own_session, end_session, open_session
from app.accounts.operations.signing_in import SignedIn, count_attempt, sign_in
from app.accounts.operations.visits import note_looked, note_visit

__all__ = [
    "SignedIn",
    "TooBusy",
    "accept_invite",
    "change_password",
    "check_new_password",
    "confirm_address",
    "count_attempt",
    "create_parent_account",
    "drop_login",
    "end_other_sessions",
    "end_own_session",
    "end_session",
    "hash_password",
    "issue_confirmation",
    "note_looked",
    "note_visit",
    "open_session",
    "request_reset",
    "require_password",
    "reset_password",
    "sign_in",
]
