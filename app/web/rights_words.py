"""The words of requests about rights that more than one door shows, and how an answer reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.catalogue.groups import GROUPS
from app.catalogue.labels import COLUMN_LABELS
from app.catalogue.marking import N_
from app.catalogue.values import VALUES
from app.organisations.profile import Profile
from app.rights.rules import BY_DESK, Kind, Outcome, Refusal, Seen, Subject, Whose
from app.web.i18n import Texts

KIND: Mapping[str, str] = VALUES["rights_request.kind"]
CHANNEL: Mapping[str, str] = VALUES["rights_request.channel"]
STATE: Mapping[str, str] = VALUES["rights_request.state"]
OUTCOME: Mapping[str, str] = VALUES["rights_request.outcome"]
SUBJECT: Mapping[str, str] = {
    Subject.APPLICANT: N_("The parent who applied"),
    Subject.PARTNER: N_("The other parent or partner"),
    Subject.WORKER: N_("Somebody who works here, or did"),
    Subject.OTHER: N_("Somebody else"),
}
REFUSAL: Mapping[str, str] = {
    Refusal.LEGAL_TERM: N_("A law makes us keep it."),
    Refusal.RIGHTS_OF_OTHERS: N_("It would harm the rights of somebody else."),
    Refusal.LEGAL_CLAIM: N_("It is needed for a claim before a judge."),
    Refusal.NOT_ABOUT_YOU: N_("It is not about you."),
    Refusal.NOT_HELD: N_("We do not hold it."),
    Refusal.IDENTITY_UNKNOWN: N_("We could not see who you are."),
    Refusal.REPEATED: N_("You asked the same a short time ago, and nothing changed since."),
}
SEEN: Mapping[str, str] = {
    Seen.LOGIN: N_("signed in"),
    Seen.DOCUMENT: N_("identity card seen, at a desk or on paper"),
    Seen.COPY_RETURNED: N_("copy of the card seen, and sent back or destroyed"),
    Seen.CALLED_BACK: N_("called back on the number that we know"),
    Seen.KNOWN_DETAILS: N_("known details asked"),
}
WHOSE: Mapping[str, str] = {
    Whose.NOBODY: N_("Nobody else is in it"),
    Whose.OTHER_PARENT: N_("The other parent"),
    Whose.REPORTER: N_("Somebody who reported something"),
    Whose.SOMEBODY: N_("Somebody else"),
}
# What the letter says of what was left out for somebody else's sake.
LEFT_OUT = N_("We left out what is about somebody else: %(why)s")
PROOF = N_("We keep your request and this answer as a proof, for the term in our privacy statement.")
DONE: Mapping[str, str] = {
    Kind.ACCESS: N_("Below stands everything that we hold about you."),
    Kind.COPY: N_("Below stands the copy of your data."),
    Kind.CORRECT: N_("We changed what you asked."),
    Kind.ERASE: N_("What we do not have to keep is erased."),
    Kind.RESTRICT: N_("We keep your data and do not use them, until you or a judge say otherwise. We tell you before."),
    Kind.OBJECT: N_("We stop what you object to."),
    Kind.WITHDRAW: N_("Your permission is taken back."),
}


@dataclass(frozen=True)
class AnswerView:
    """An answer in words, for a page or for paper."""

    title: str
    outcome: str
    done: str
    says: tuple[str, ...]
    ground: str
    reason: str
    left_out: str
    corrected: tuple[str, ...]
    # What stays: which parts, under which law, until when.
    kept: tuple[tuple[str, str, str], ...]
    gone: tuple[str, ...]
    told: tuple[str, ...]
    sections: tuple[Mapping[str, Any], ...]
    proof: str
    complain: tuple[str, ...]


def answer_words(texts: Texts, profile: Profile, kind: str, answer: Mapping[str, Any]) -> AnswerView:
    """Return an answer in words: what was done, what was refused and why, what stays until when, where to complain."""
    say, decision, draft = texts.gettext, answer.get("decision", {}), answer.get("draft", {})
    outcome, laws = decision.get("outcome", ""), profile.legal_terms
    granted = outcome != Outcome.REFUSED
    return AnswerView(
        title=say(N_("Our answer to your request")),
        outcome=say(OUTCOME[outcome]) if outcome else "",
        done=say(DONE[kind]) if granted and outcome else "",
        says=tuple(line for line in decision.get("says", "").splitlines() if line.strip()),
        ground=say(REFUSAL[decision["ground"]]) if decision.get("ground") else "",
        reason=decision.get("reason", ""),
        left_out=say(LEFT_OUT, why=decision["weighed_why"]) if decision.get("weighed_why") else "",
        corrected=tuple(_corrected(texts, item) for item in decision.get("items", ())) if granted else (),
        kept=tuple(
            (
                ", ".join(say(GROUPS[group].label) for group in kept["groups"]),
                say(laws[kept["law"]].law) if kept["law"] in laws else kept["law"],
                texts.format_day(date.fromisoformat(kept["until"])),
            )
            for kept in draft.get("kept", ())
        )
        if granted
        else (),
        gone=tuple(say(GROUPS[group].label) for group in draft.get("now", ())) if granted else (),
        told=tuple(draft.get("recipients", ())) if granted else (),
        sections=tuple(draft.get("sections", ())) if granted else (),
        proof=say(PROOF),
        complain=_complain(texts, profile),
    )


def _corrected(texts: Texts, item: Mapping[str, str]) -> str:
    if item["field"] == BY_DESK:
        asked = N_("Our desk changes this together with you. Call us, or come by: %(what)s")
        return texts.gettext(asked, what=item["value"])
    return f"{texts.gettext(COLUMN_LABELS[item['field']])}: {item['value']}"


def _complain(texts: Texts, profile: Profile) -> tuple[str, ...]:
    """Return where one complains: with us first or at once with the authority (KK-36)."""
    authority = profile.authority
    reach = ", ".join(part for part in (authority.address, authority.phone, authority.email, authority.url) if part)
    lines = [
        texts.gettext(N_("Do you not agree? You can complain to us, and at any time to the authority:")),
        f"{authority.name}, {reach}",
    ]
    if profile.contacts.dpo_email:
        lines.append(texts.gettext(N_("Our data protection officer: %(reach)s"), reach=profile.contacts.dpo_email))
    return tuple(lines)
