"""The words for what is deleted, and for what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.retention.rules import Denied, Outcome

RULES: Mapping[str, str] = {
    "files": N_("Files of families"),
    "children": N_("Children in files that stay"),
    "groups": N_("Parts of files that stay"),
    "messages": N_("Messages of families"),
    "threads": N_("Empty conversations"),
    "outbox": N_("Mails to families"),
    "outbox_to_others": N_("Mails to facilities and workers"),
    "notices": N_("Notes of what others changed"),
    "disclosures": N_("Lines about what was given to others"),
    "deliveries": N_("Deliveries to recipients"),
    "recipient_keys": N_("Certificates of recipients"),
    "holds": N_("Ended holds"),
    "rights_requests": N_("Answered requests about data"),
    "erasure_orders": N_("Erasures that were carried out"),
    "leak_cases": N_("Closed reports of leaks"),
    "complaints": N_("Answered complaints"),
    "processors": N_("Processors that work for us no longer"),
    "checks": N_("Checks in the registers"),
    "surveys": N_("Surveys with their answers"),
    "runs": N_("Lines about earlier nights"),
    "party_agreements": N_("Agreements that ended"),
    "devices": N_("Devices that are registered no longer"),
    "accounts": N_("Accounts that nobody uses"),
    "audit": N_("Parts of the record of who looked"),
}
OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.DONE: (N_("done"), "go"),
    Outcome.LIMITED: (N_("goes on in the next night"), "wait"),
    Outcome.OFF: (N_("switched off"), "red"),
    Outcome.HELD_BACK: (N_("held back: much more than usual"), "red"),
    Outcome.FAILED: (N_("did not end"), "red"),
}
DONE: Mapping[str, str] = {
    "held": N_("The file is held back."),
    "hold_ended": N_("The file is no longer held back."),
    "released": N_("It is deleted in the next night."),
}
PROBLEMS: Mapping[Denied, tuple[str, str]] = {
    Denied.PAST: ("until", N_("Fill in a day that is still to come")),
    Denied.TOO_LONG: ("until", N_("A file is held back for five years at most. It can be held back again later.")),
    Denied.NO_REASON: ("reason", N_("Say why the file has to stay")),
    Denied.UNKNOWN_FILE: ("reference", N_("There is no file with this reference. Look at it again.")),
}
