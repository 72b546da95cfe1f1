"""The accounts of the demo; all persons are invented."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256

from app.accounts.operations.factors import SECRET_BYTES
from app.catalogue.marking import N_

PARENT = N_("parent")
LEADER = N_("facility leader")
HELPDESK = N_("helpdesk")
ADMINISTRATOR = N_("administrator")
DEVELOPER = N_("developer")
COUNTER = N_("counter")
SICK_CARE = N_("care for sick children")
HELPER = N_("helper")
POLICY = N_("policy officer")
OVERSEER = N_("data protection officer")
SECURITY = N_("security officer")
# Long enough for the rules of real passwords, easy to type on a phone, and meant to be read by everybody.
_OF_PARENTS = {
    "nl": "blauwe fiets zingt zacht",
    "fr": "le vélo bleu chante doucement",
    "en": "the blue bicycle sings softly",
}
_OF_LEADERS = {"nl": "groene trein wacht even", "fr": "le train vert attend un peu"}
_OF_STAFF = {"nl": "oranje paraplu droogt snel", "fr": "le parapluie orange sèche vite"}


# Who has no second factor to give.
_WITHOUT_CODE = (PARENT, LEADER)


@dataclass(frozen=True)
class DemoAccount:
    """One way to sign in to the demo; `about` tells what waits there."""

    organisation: str
    base: str
    role: str
    login: str
    password: str
    language: str
    about: str

    @property
    def secret(self) -> str:
        """Return what its authenticator makes codes from; empty for who needs no code. Everybody may read it."""
        if self.role in _WITHOUT_CODE:
            return ""
        return b32encode(sha256(f"demo:{self.login}".encode()).digest()[:SECRET_BYTES]).decode()


def _account(organisation: str, role: str, login: str, language: str, about: str) -> DemoAccount:
    passwords = {PARENT: _OF_PARENTS, LEADER: _OF_LEADERS}.get(role, _OF_STAFF)
    return DemoAccount(organisation, f"/{organisation}/{language}/", role, login, passwords[language], language, about)


ACCOUNTS: tuple[DemoAccount, ...] = (
    _account("brussels", PARENT, "an.peeters@example.org", "nl", N_("Three facilities chosen, no answer yet")),
    _account("brussels", PARENT, "fatima.elidrissi@example.org", "fr", N_("One facility thinks, one has no place now")),
    _account("brussels", PARENT, "ayse.yilmaz@example.org", "nl", N_("A place is offered, as asked")),
    _account("brussels", PARENT, "jeanbaptiste.lambert@example.org", "fr", N_("A place is offered, on a later day")),
    _account("brussels", PARENT, "katrien.maes@example.org", "nl", N_("Refused by two facilities")),
    _account("brussels", PARENT, "elena.popescu@example.org", "fr", N_("An offer that was not answered in time")),
    _account("brussels", PARENT, "grace.adeyemi@example.org", "en", N_("The child is not born yet")),
    # Somebody without an e-mail address signs in with the reference on the printed receipt.
    _account("brussels", PARENT, "9VX CQQ TW3", "nl", N_("No e-mail address: signs in with the reference")),
    _account("brussels", PARENT, "mehdi.benali@example.org", "fr", N_("The child is enrolled")),
    _account("brussels", PARENT, "sofie.desmet@example.org", "nl", N_("The application was cancelled")),
    _account("brussels", LEADER, "leiding.wolkenfiets@example.org", "nl", N_("De Wolkenfiets, a long list")),
    _account("brussels", LEADER, "collega.wolkenfiets@example.org", "nl", N_("De Wolkenfiets, the second leader")),
    _account("brussels", LEADER, "leiding.regenlaarsjes@example.org", "nl", N_("De Regenlaarsjes and Tuimelteen")),
    _account("brussels", LEADER, "direction.muizentrapje@example.org", "fr", N_("Muizentrapje")),
    _account("brussels", LEADER, "leiding.papierenkraan@example.org", "nl", N_("De Papieren Kraan")),
    _account("brussels", LEADER, "thuis.radijs@example.org", "nl", N_("Onthaalhuisje Radijs, a provider at home")),
    _account(
        "brussels", HELPDESK, "helpdesk.brussel@example.org", "nl", N_("The desk: families wrote, a letter waits")
    ),
    _account(
        "brussels", ADMINISTRATOR, "beheer.brussel@example.org", "fr", N_("Invites colleagues, keeps the register")
    ),
    _account("brussels", POLICY, "beleid.brussel@example.org", "nl", N_("Figures, and no family")),
    _account(
        "brussels",
        OVERSEER,
        "dpo.brussel@example.org",
        "nl",
        N_("Answers about rights, lets data leave, asks who looked"),
    ),
    _account("brussels", SECURITY, "veiligheid.brussel@example.org", "fr", N_("Guards the logs and the second key")),
    _account("brussels", HELPER, "hulp.buurt@example.org", "nl", N_("Helps families of Huis van de Buurt")),
    _account("brussels", HELPER, "aide.passerelle@example.org", "fr", N_("Helps families of La Passerelle du Canal")),
    _account(
        "brussels", DEVELOPER, "ontwikkelaar.brussel@example.org", "nl", N_("Sees nothing until somebody allows it")
    ),
    _account("leuven", PARENT, "lotte.hermans@example.org", "nl", N_("Four facilities chosen, a brother is there")),
    _account("leuven", PARENT, "paolo.rossi@example.org", "fr", N_("A place is offered, as asked")),
    _account("leuven", PARENT, "nele.aerts@example.org", "nl", N_("The child is enrolled")),
    _account("leuven", LEADER, "leiding.kwikstaartjes@example.org", "nl", N_("De Kwikstaartjes, a long list")),
    _account("leuven", LEADER, "leiding.grasfluitje@example.org", "nl", N_("Het Grasfluitje and Boomhutje")),
    _account("leuven", ADMINISTRATOR, "beheer.leuven@example.org", "nl", N_("The desk: a family wrote")),
    _account("leuven", ADMINISTRATOR, "collega.leuven@example.org", "nl", N_("The second administrator")),
    _account(
        "leuven", OVERSEER, "dpo.leuven@example.org", "nl", N_("Answers about rights, lets data leave, asks who looked")
    ),
    _account("leuven", SECURITY, "veiligheid.leuven@example.org", "nl", N_("Guards the logs and the second key")),
    _account("leuven", HELPER, "hulp.leuven@example.org", "nl", N_("Helps families of Buurtwerk De Sleutel")),
    _account("leuven", COUNTER, "loket.leuven@example.org", "nl", N_("Families of the town of Leuven")),
    _account("leuven", COUNTER, "loket.tienen@example.org", "fr", N_("Families of the town of Tienen")),
    _account("leuven", SICK_CARE, "thuisopvang.leuven@example.org", "nl", N_("A child was cared for at home")),
)
