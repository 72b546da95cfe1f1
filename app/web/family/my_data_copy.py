"""The file of one's own data: after the password once more, made in the answer itself, kept nowhere."""

from __future__ import annotations

import json

from flask import request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from app.accounts.operations import require_password
from app.accounts.rules import LONGEST_PASSWORD
from app.applications.queries.own import own_dossier_id, own_reason
from app.catalogue.marking import N_
from app.core.audit import note_event, note_read
from app.core.clock import today_at
from app.core.errors import Refused
from app.rights.queries.copy_file import FileKind, copy_file
from app.rights.queries.log import whole_log
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.family.my_data import own_copy
from app.web.forms import ChoiceField, PasswordField, StepForm
from app.web.pages import StepPlace, render
from app.web.passwords import blame_password
from app.web.replay import replayed, settle

TAKEN = "copy_taken"


class CopyForm(StepForm):
    """Which file, and the password as a proof."""

    kind = ChoiceField(missing=N_("Choose which file you want"))
    current = PasswordField(missing=N_("Fill in your password"), limit=LONGEST_PASSWORD)


@family.page("/my/data/copy", who=PARENT, methods=("GET", "POST"))
def my_data_copy(visit: Visit) -> ResponseReturnValue:
    """Give the file of one's own data (BXL-60, BXL-64, LEU-43).

    The form gives it once: nothing is stored that a link could lead to, and the same form a second time gives nothing.
    """
    posted = request.form if request.method == "POST" else None
    form = CopyForm(
        posted,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("kind", "current"),
        answers={"kind": FileKind.COPY},
        choices={"kind": tuple(FileKind)},
    )
    if posted is not None and form.validate():
        once = posted.get("once", "")
        replayed(visit.session, once)
        try:
            require_password(
                visit.house.databases, visit.profile.key, visit.actor_id, form.current.data or "", visit.now
            )
        except Refused as refused:
            settle(visit.session, once, None)
            blame_password(form, refused)
        else:
            return _file(visit, FileKind(form.kind.data or ""))
    return render(
        "family/my/data_copy.html",
        status=422 if form.posted else 200,
        title=visit.texts.gettext("Get a file of your data"),
        form=form,
        step=StepPlace(back_url=visit.url("family.my_data")),
        unsaved=False,
        schema_url=visit.url("public.copy_schema"),
        **links(visit),
    )


def _file(visit: Visit, kind: FileKind) -> Response:
    dossier_id = own_dossier_id(visit.session, either=True)
    copy = own_copy(visit)
    log = whole_log(visit.session, dossier_id) if kind is FileKind.ACCESS else ()
    schema = f"{visit.house.settings.base_url}{visit.url('public.copy_schema')}"
    made = copy_file(copy, visit.profile, kind, log, schema=schema, texts=visit.texts)
    note_read(
        visit.session,
        subjects=(dossier_id,),
        groups=copy.groups,
        reasons=(own_reason(visit.session, dossier_id),),
    )
    note_event(visit.session, TAKEN)
    answer = Response(json.dumps(made, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}-{visit.profile.key}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
