"""What a receipt's square code leads to: the file for who may open it, the way in for everybody else."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.core.actor import Kind
from app.web.doors import WITH_ACCOUNT, Visit
from app.web.public.door import public


@public.page("/scan/<uuid:file_id>", who=WITH_ACCOUNT)
def scan(visit: Visit, file_id: UUID) -> ResponseReturnValue:
    """Lead to where this file is opened at each desk; whether there is such a file is said there, or nowhere."""
    kind = visit.actor.kind
    if kind == Kind.PARENT:
        return visit.go("family.my")
    staff = visit.profile.languages.staff
    # The receipt speaks the family's language, the counter its own.
    language = visit.language if visit.language in staff else staff[0]
    if kind == Kind.COUNTER:
        return visit.go("counter.file", language=language, dossier_id=file_id)
    if kind == Kind.STAFF:
        return visit.go("staff.contact", language=language, dossier_id=file_id)
    return visit.go("public.sign_in")
