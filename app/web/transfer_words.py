"""The words of what leaves the house, the same for the family that it is about and for those who oversee it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.catalogue.labels import COLUMN_LABELS
from app.catalogue.marking import N_
from app.organisations.profile import Profile
from app.organisations.texts import PURPOSES
from app.privacy.queries.derived import GROUNDS
from app.transfers.rules import Authority, Kind, OrderGround, State
from app.web.i18n import Texts

AUTHORITIES: Mapping[str, str] = {
    Authority.POLICE: N_("The police"),
    Authority.JUSTICE: N_("The public prosecutor or a court"),
    Authority.TAX: N_("The tax authority"),
    Authority.OTHER: N_("Another public authority"),
}
ORDER_GROUNDS: Mapping[str, str] = {
    OrderGround.LAW: N_("Because the law says so"),
    OrderGround.COMPATIBLE: N_("It fits what the data were given for, and could be expected"),
    OrderGround.URGENT: N_("There was an urgent and weighty reason"),
}
KINDS: Mapping[str, str] = {
    Kind.REGULAR: N_("File for a recipient"),
    Kind.CORRECTION: N_("Corrections"),
    Kind.ORDER: N_("Legal order"),
    Kind.RESEARCH: N_("Coded set for research"),
}
STATES: Mapping[str, tuple[str, str]] = {
    State.ASKED: (N_("Waits for a second person"), "wait"),
    State.APPROVED: (N_("Is being made"), ""),
    State.MADE: (N_("Ready to fetch"), "go"),
    State.FETCHED: (N_("Fetched"), ""),
    State.CANCELLED: (N_("Stopped"), "stop"),
}


def recipient_name(texts: Texts, profile: Profile, key: str) -> str:
    """Return who a recipient is: a proper name of the register, or a kind of authority."""
    if key in AUTHORITIES:
        return texts.gettext(AUTHORITIES[key])
    known = profile.recipients.get(key)
    return texts.gettext(known.name) if known else key


def ground_words(texts: Texts, ground: str) -> str:
    """Return on which ground data were given."""
    return texts.gettext({**{str(key): label for key, label in GROUNDS.items()}, **ORDER_GROUNDS}.get(ground, ground))


def purpose_words(texts: Texts, purpose: str) -> str:
    """Return for what data were given."""
    return texts.gettext(PURPOSES.get(purpose, purpose))


def column_words(texts: Texts, columns: Iterable[str]) -> tuple[str, ...]:
    """Return exactly which data, each by its name."""
    return tuple(texts.gettext(COLUMN_LABELS.get(name, name)) for name in columns)
