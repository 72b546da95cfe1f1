"""Where data lies that is no column of a table: what it holds, and how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.catalogue.marking import N_


@dataclass(frozen=True, slots=True)
class Store:
    """A place with data; `days` is the longest that anything stays, None where another term decides (see `term`)."""

    key: str
    label: str
    groups: frozenset[str]
    term: str
    days: int | None


def _store(key: str, label: str, groups: str, term: str, days: int | None = None) -> Store:
    return Store(key, label, frozenset(groups.split()), term, days)


_ALL = (
    _store(
        "sessions",
        N_("Who is signed in"),
        "account",
        N_("Until you sign out, or until the session ends by itself"),
    ),
    _store(
        "cookies",
        N_("The cookie in your browser"),
        "account",
        N_("Until you sign out or close your browser"),
    ),
    # Sealed under the receiver's key: it becomes unreadable together with the dossier.
    _store(
        "outbox",
        N_("Messages that are being sent"),
        "messages contact language",
        N_("As long as messages are kept"),
    ),
    # Ids only, never a value; what failed is dropped after a day.
    _store("queue", N_("The list of work for our computers"), "", N_("One day"), 1),
    # Under a hashed session id, apart from every file; nothing of it is written to the database.
    _store("visit_memory", N_("What you looked for on the search page"), "", N_("Until your visit ends"), 1),
    # Route, kind of source and a number; nothing of whoever looked.
    _store("page_counts", N_("How often each page was opened, without persons"), "", N_("Four days"), 4),
    # Route names and ids of requests, no path with a value, no body, no address of a person.
    _store("logs", N_("Technical logs, without personal data"), "", N_("30 days"), 30),
    # Only in demo mode and in tests: what a real mail server would have got.
    _store(
        "relay_journal", N_("Copies of messages, on the demonstration site only"), "messages contact", N_("7 days"), 7
    ),
    _store("exports", N_("Files that were made for you"), "", N_("7 days"), 7),
    _store("backups", N_("Safety copies"), "", N_("30 days"), 30),
    # Random ids alone. It is replayed after a restore, so that a safety copy brings nobody back (KG-37): it outlives
    # the oldest of them.
    _store(
        "erasure_journal",
        N_("The list of files that were erased, without data"),
        "",
        N_("Five days longer than safety copies"),
        35,
    ),
    # Hashes and numbers of the chain of the audit.
    _store(
        "published_heads",
        N_("The marks by which a change of the log shows, without data"),
        "",
        N_("As long as the log"),
    ),
    # What a search of the desk found: ids alone, under a random key, in the queue server's memory.
    _store("found_files", N_("Which files a search of our desk found"), "", N_("15 minutes"), 1),
    # Counts of at least as many requests as the profile's threshold; no longer about anybody.
    _store(
        "trend_rows",
        N_("Counts of requests that are over, without persons"),
        "",
        N_("They stay: nobody can be found in them"),
    ),
)

STORES: Mapping[str, Store] = MappingProxyType({store.key: store for store in _ALL})
