"""Looks at every cookie that leaves, in whatever test: one that its organisation does not name fails that test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.organisations.profile import Profile

Start = Callable[..., Any]
# Which cookies outlive the visit; the others go when the browser closes (KG-19).
LASTING = {"device", "cookie_choice", "language"}


class CookieWatch:
    """Stands before the application and reads what it sets."""

    def __init__(
        self, inner: Callable[[dict[str, Any], Start], Iterable[bytes]], profiles: Mapping[str, Profile]
    ) -> None:
        self._inner = inner
        self._declared = {key: {cookie.name for cookie in profile.cookies} for key, profile in profiles.items()}
        # What was set so far, for each organisation.
        self.seen: dict[str, set[str]] = defaultdict(set)

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer as the application does."""
        organisation = str(environ.get("PATH_INFO", "")).split("/")[1:2]

        def looked_at(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            for name, value in headers:
                if name.lower() == "set-cookie":
                    self._judge(organisation[0] if organisation else "", value)
            return start(status, headers, *rest)

        return self._inner(environ, looked_at)

    def _judge(self, organisation: str, header: str) -> None:
        (set_here,) = SimpleCookie(header).values()
        name = set_here.key.removeprefix("__Host-")
        is_dropped = set_here["max-age"] == "0"
        declared = self._declared.get(organisation, set())
        assert name in declared or is_dropped, f"{organisation} does not name the cookie {name}"
        assert set_here["httponly"], f"{name} can be read by a script"
        assert set_here["samesite"] in ("Lax", "Strict"), f"{name} goes along with other sites"
        assert set_here["path"] == "/", f"{name} has another path"
        assert not set_here["domain"], f"{name} goes to other hosts"
        lasts = bool(set_here["max-age"] or set_here["expires"])
        assert lasts == (name in LASTING) or is_dropped, f"{name} lives another time than it says"
        if not is_dropped:
            self.seen[organisation].add(name)
