"""Preparing a legal order: which file, who asks, on which law, exactly which data, and whether the family may know."""

from __future__ import annotations

from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.groups import GROUPS
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.rules import plain_reference
from app.organisations.rules import groups_held
from app.privacy.queries.oversight import require_officer
from app.transfers.operations.asking import FORMATS
from app.transfers.operations.orders import Order, prepare_order
from app.transfers.queries.ledger import file_named
from app.transfers.rules import LEAST_WEIGHING, Authority, Denied, order_grounds, orderable
from app.web.doors import OVERSIGHT, Visit
from app.web.forms import ChoiceField, DatePartsField, LongTextField, SeveralField, StepForm, TextField
from app.web.oversight.deliveries import DELIVERIES, DELIVERY, STOPPED
from app.web.oversight.door import oversight, show
from app.web.transfer_words import AUTHORITIES, ORDER_GROUNDS, column_words

NO_FILE = N_("There is no file with this reference. Look at it again.")
NO_DATE = N_("Fill in the last day on which the family may not be told")
PROBLEMS = {
    Denied.AUTHORITY_UNKNOWN: ("authority", N_("Choose who asks")),
    Denied.GROUND_UNKNOWN: ("ground", N_("Choose the ground")),
    Denied.NO_LAW: ("law", N_("Name the law and its article")),
    Denied.NO_WEIGHING: ("law", N_("Weigh in a few sentences why it cannot wait, and what harm it could do")),
    Denied.NO_REFERENCE: ("number", N_("Fill in the number of the order and who gave it")),
    Denied.NO_COLUMNS: ("columns", N_("Tick the data that the order names")),
    Denied.OTHER_COLUMNS: ("columns", N_("Tick only data from this list")),
    Denied.BAN_OVER: ("until", N_("This day is over. From when may the family be told?")),
}
TOLD, HIDDEN = "after", "forbidden"


def ban_between(today: date) -> tuple[date, date]:
    """Return between which days a ban can end."""
    return today, today.replace(year=today.year + 10, day=1)


class OrderForm(StepForm):
    """The order, as it lies on the desk."""

    reference = TextField(missing=N_("Fill in the reference"), limit=40)
    authority = ChoiceField(missing=PROBLEMS[Denied.AUTHORITY_UNKNOWN][1], values=tuple(Authority))
    who = TextField(missing=N_("Fill in who gave the order"), limit=200)
    number = TextField(missing=N_("Fill in the number of the order"), limit=120)
    ground = ChoiceField(missing=PROBLEMS[Denied.GROUND_UNKNOWN][1])
    law = LongTextField(missing=PROBLEMS[Denied.NO_LAW][1], limit=2000)
    columns = SeveralField(missing=PROBLEMS[Denied.NO_COLUMNS][1])
    notice = ChoiceField(missing=N_("Choose whether the family may know"), values=(TOLD, HIDDEN))
    until = DatePartsField(missing=NO_DATE, bounds=ban_between)
    written_as = ChoiceField(missing=N_("Choose how the file is written"), values=FORMATS)

    def check(self) -> None:
        """A ban has a last day."""
        if self.notice.data == HIDDEN:
            self.require("until")


@oversight.page("/oversight/orders/new", who=OVERSIGHT, methods=("GET", "POST"), once=True)
def order_new(visit: Visit) -> ResponseReturnValue:
    """Write an order down for a second person to agree to; nothing is made before (LEU-37)."""
    require_officer(visit.session)
    texts = visit.texts
    grounds = order_grounds(visit.profile.settings.disclosure_kind)
    held = frozenset[str]().union(*(GROUPS[key].columns for key in groups_held(visit.profile)))
    offered = orderable(held)
    form = OrderForm(
        request.form if request.method == "POST" else None,
        texts=texts,
        today=today_at(visit.now),
        answers={"written_as": "json", "ground": grounds[0] if len(grounds) == 1 else None},
        required=("reference", "authority", "who", "number", "ground", "law", "columns", "notice", "written_as"),
        choices={"ground": grounds, "columns": offered},
    )
    if form.posted and form.validate() and (answer := _prepared(visit, form)) is not None:
        return answer
    return show(
        visit,
        "oversight/order_new.html",
        status=422 if form.problems else 200,
        current=DELIVERIES,
        title=texts.gettext("Prepare a legal order"),
        back=visit.url("oversight.orders"),
        form=form,
        authorities=tuple((str(key), texts.gettext(label)) for key, label in AUTHORITIES.items()),
        grounds=tuple((str(key), texts.gettext(ORDER_GROUNDS[key])) for key in grounds),
        columns=tuple(zip(offered, column_words(texts, offered), strict=True)),
        least=LEAST_WEIGHING,
    )


def _prepared(visit: Visit, form: OrderForm) -> ResponseReturnValue | None:
    try:
        dossier_id = file_named(visit.session, plain_reference(form.reference.data or ""))
    except NotFound:
        form.fail("reference", NO_FILE)
        return None
    order = Order(
        authority=str(form.authority.data),
        ground=str(form.ground.data),
        law=str(form.law.data),
        reference=str(form.number.data),
        who=str(form.who.data),
        columns=tuple(form.columns.data or ()),
        format=str(form.written_as.data),
        hidden_until=form.until.data if form.notice.data == HIDDEN else None,
    )
    try:
        made = prepare_order(visit.session, visit.profile, dossier_id, order, now=visit.now)
    except Refused as refused:
        form.fail(*PROBLEMS.get(Denied(refused.reason), ("columns", STOPPED)))
        return None
    return visit.go(DELIVERY, delivery_id=made, done="asked")
