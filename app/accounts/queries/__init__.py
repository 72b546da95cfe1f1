"""The queries of accounts: sessions and links, and who works here on which agreements."""

from app.accounts.queries.sessions import (
    LiveSession,
    OwnSession,
    link_owner,
    live_session,
    own_login,
    own_sessions,
)

__all__ = ["LiveSession", "OwnSession", "link_owner", "live_session", "own_login", "own_sessions"]
