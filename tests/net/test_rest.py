"""What lies still: answers and messages that are sealed, and the views through which a login looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.settings import Settings
from app.web.doors import House
from tests.net.calls import cookie
from tests.net.canaries import hatch
from tests.net.people import BRUSSELS, Knocker
from tests.net.raw import DENIED, acting, attempt, tell
from tests.net.test_canaries import at_rest, leaks_of

Figure = Callable[[str], None]
VIEWS = (
    *("owner", "member", "chosen", "answered", "urgent", "urgent_offer", "enrolled", "relation", "readers"),
    *("helpdesk", "administrator", "helping", "support", "looking", "counter", "counter_helping", "sick_care"),
    *("helper", "registrar", "employed", "manages", "overseer"),
)
LOOKS_THROUGH = {
    "family": {"owner", "readers"},
    "facility": {"member", "chosen", "answered", "urgent", "urgent_offer", "enrolled"},
}


@pytest.mark.promise(
    "BXL-57",
    breaks=("app.core.crypto:seal_json", "app.core.crypto:seal_json_with"),
    twin="tests.net.doubles:in_clear",
)
def test_no_sealed_answer_can_be_read_in_the_database(
    app: Flask, house: House, settings: Settings, figure: Figure
) -> None:
    """A draft, a health answer and a message hold no mark in clear: whoever takes the rows alone has nothing."""
    aviary = hatch(house, families=4, organisations=(BRUSSELS,))
    client = app.test_client(use_cookies=False)
    for marked in aviary.families:
        session = aviary.sessions[marked.family.person.id]
        token = Knocker("", "", "", session, {}).token(house)
        client.post(
            "/brussels/nl/my/confirm-again",
            data={"csrf_token": token, "once": marked.key.zfill(20)},
            headers=cookie(session),
        )
        client.post(
            f"/brussels/nl/my/requests/{marked.family.application_id}/cancel",
            data={"csrf_token": token, "once": marked.key.zfill(21)},
            headers=cookie(session),
        )
    kept = list(at_rest(house, settings))
    found = Counter(place for place, _ in kept)
    figure(
        f"sealed at rest: {found['draft']} drafts, {found['health_answer']} health answers, {found['outbox']} messages"
    )
    assert leaks_of(iter(kept)) == []
    assert found["draft"] >= 1
    assert found["health_answer"] == len(aviary.families)
    assert found["outbox"] >= 1


def test_a_login_looks_only_through_its_own_views(house: House) -> None:
    """The relation is read through views that show nothing but the reader's own files."""
    story = tell(house)
    target = story.cast.target
    for login, actor in (("family", story.family), ("facility", story.leader)):
        with acting(house, login, actor) as connection:
            open_to = {v for v in VIEWS if attempt(connection, f"select 1 from access.{v} limit 1") != DENIED}
            assert open_to == LOOKS_THROUGH[login]
            for view in open_to:
                rows = connection.execute(text(f"select distinct actor_id, dossier_id from access.{view}")).all()
                if view != "readers":
                    assert {row.actor_id for row in rows} <= {actor.id}, view
                if login == "family":
                    assert {row.dossier_id for row in rows} == {target.dossier_id}, view
        with house.databases.engine(login).connect() as connection:
            for view in LOOKS_THROUGH[login]:
                assert connection.execute(text(f"select 1 from access.{view}")).all() == [], view
