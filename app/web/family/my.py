"""The parent's own page: how far each request is, what happens next, and where to change something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import issue_confirmation
from app.applications.queries.own import OwnAccount, own_file
from app.applications.rules import ApplicationState
from app.core.access import present
from app.core.clock import today_at
from app.families.rules import asks_confirmation, grouped_reference
from app.mandates.queries.mandates import helper_names
from app.messages.queries.waiting import count_unread_by_family
from app.placements.queries import OwnPlacement, own_offers, own_placements
from app.retention.queries.shown import keep_date_of
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.on_device import device_receipt
from app.web.own_lines import (
    open_offers,
)
from app.web.own_requests import OWNER, request_view
from app.web.pages import render
from app.web.qr import qr_drawing


@dataclass(frozen=True)
class FileFacts:
    """What the page shows of the file as a whole."""

    account: OwnAccount
    placement: tuple[OwnPlacement, ...]


@family.page("/my", who=PARENT)
def my(visit: Visit) -> ResponseReturnValue:
    """Show the file: offers first, then each request with the answer of each facility."""
    done = request.args.get("done", "")
    return render(
        "family/my/home.html",
        title=visit.texts.gettext("Your application"),
        done=done if done in DONE else "",
        dpo=visit.profile.contacts.dpo_email,
        unread=count_unread_by_family(visit.session),
        **file_view(visit),
        **links(visit),
    )


@family.page("/my/receipt", who=PARENT)
def my_receipt(visit: Visit) -> ResponseReturnValue:
    """Show the reference and what was asked, to print and keep."""
    shown = file_view(visit)
    if visit.device_id is not None:
        return device_receipt(visit, shown["reference"], None, has_email=True)
    address = f"{visit.house.settings.base_url}{visit.url('public.scan', file_id=shown['file_id'])}"
    return render(
        "family/my/receipt.html",
        title=visit.texts.gettext("Proof of your application"),
        helpers=helper_names(visit.session, shown["file_id"]),
        square=qr_drawing(address, visit.texts.gettext("Square code for the counter")),
        **shown,
        **links(visit),
    )


@family.page("/my/confirm-again", who=PARENT, methods=("POST",), once=True)
def my_confirm_again(visit: Visit) -> ResponseReturnValue:
    """Mail the link that proves the address once more."""
    found = own_file(visit.session)
    if found.account.login and not found.account.is_confirmed:
        issue_confirmation(
            visit.session,
            account_id=visit.actor_id,
            dossier_id=found.dossier_id,
            email=found.account.login,
            language=found.language,
            now=visit.now,
        )
    return visit.go("family.my", done="mailed")


DONE = frozenset(
    {
        "next_child",
        "invited",
        "second_ended",
        "left",
        "own_details",
        "accepted",
        "declined",
        "taken_back",
        "renewed",
        "born",
        "cancelled",
        "changed",
        "added",
        "withdrawn",
        "mailed",
        "password",
        "email",
        "no_email",
        "still_right",
    }
)


def file_view(visit: Visit) -> dict[str, Any]:
    """Return the file in words, as far as the parent who looks may read it; reading it is noted."""
    found = own_file(visit.session, either=True)
    reasons = (found.reason,)
    offers, placements = own_offers(visit.session, visit.now), own_placements(visit.session)
    readable = visit.readable(reasons)
    facts = FileFacts(found.account, placements)
    shown = present(visit.session, facts, subject=found.dossier_id, reasons=reasons, readable=readable)
    account: OwnAccount | None = shown.account
    lasting = (ApplicationState.OPEN, ApplicationState.ENROLLED)
    served = {one.child_identity.id for one in found.requests if one.state in lasting}
    requests = tuple(request_view(visit, one, offers, shown.placement or (), reasons, served) for one in found.requests)
    return {
        "offers": open_offers(visit, offers) if "answers" in readable else (),
        "requests": requests,
        "file_id": found.dossier_id,
        "reference": grouped_reference(account.reference) if account else "",
        "unconfirmed": account is not None and account.login is not None and not account.is_confirmed,
        # The very date that the deletion obeys (BXL-43).
        "kept_until": keep_date_of(visit.session, visit.profile, found, placements),
        "is_second": reasons != OWNER,
        "asks_again": reasons == OWNER
        and visit.actor.typed_by is None
        and asks_confirmation(
            today_at(found.last_activity_at), visit.profile.settings.confirm_months, today_at(visit.now)
        ),
        "told": found.told,
        # Nobody else sees the file now: the page says so before anything else (BXL-63).
        "restricted": found.restricted,
    }


def home_of(visit: Visit) -> str:
    """Return the page of the file: the family's own, or what helper and family change together."""
    return "family.my" if visit.actor.typed_by is None else "family.my_together"


def links(visit: Visit) -> dict[str, Any]:
    """Return the addresses that every page of the file needs."""
    return {
        "home_url": visit.url(home_of(visit)),
        "helper_url": visit.url("family.my_helper"),
        "details_url": visit.url("family.my_details"),
        "access_url": visit.url("family.my_access"),
        "look_url": visit.url("family.my_look") if "looking" in visit.profile.access else "",
        "changes_url": visit.url("family.my_changes"),
        "account_url": visit.url("family.my_account"),
        "receipt_url": visit.url("family.my_receipt"),
        "next_child_url": visit.url("family.my_next_child"),
        "second_url": visit.url("family.my_second_parent"),
        "own_details_url": visit.url("family.my_own_details"),
        "messages_url": visit.url("family.my_messages"),
        "data_url": visit.url("family.my_data"),
        "copy_url": visit.url("family.my_data_copy"),
        "rights_url": visit.url("family.my_rights"),
        "consents_url": visit.url("family.my_consents"),
        "given_url": visit.url("family.my_given"),
        "complaint_url": visit.url("family.my_complaint"),
        "confirm_url": visit.url("family.my_confirm_again"),
        "still_right_url": visit.url("family.my_still_right"),
        "sign_out_url": visit.url("public.sign_out"),
    }
