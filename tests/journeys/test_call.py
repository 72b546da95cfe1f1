"""A caller who is not the parent gets nothing; the parent who calls next is helped, and can read of both."""

from __future__ import annotations

from app.web.doors import House
from app.web.family.log_words import REFUSED
from app.web.i18n import texts
from tests.factories import make_facility, make_family, make_worker, session_of
from tests.servers.browsing import Visitors, axe_violations

DESK = "/brussels/nl/desk"


def test_a_caller_who_is_not_the_parent_gets_nothing(house: House, visitors: Visitors, live_server: str) -> None:
    family = make_family(house, [make_facility(house, name="De Zandbak"), make_facility(house, name="Wolkje")])
    worker = make_worker(house)
    page = visitors.new(width=1280)
    page.context.add_cookies([{"name": "sid", "value": session_of(house, worker), "url": live_server}])
    secrets = (family.email or "", "+3247000", "0470", "Youssef", "Geheime Werkgever", family.names["child"])

    def opens() -> None:
        page.goto(f"{DESK}/find")
        page.fill("#sought", family.names["family_name"].lower())
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/find/*")
        assert family.names["family_name"] not in page.url
        with page.expect_navigation():
            page.locator("tbody a").click()
        page.locator("input[name=channel][value=call]").check()
        page.locator("main [accesskey]").first.click()
        page.wait_for_url(f"**/desk/files/{family.dossier_id}")

    opens()
    # The caller knows the birth date, and guesses the rest.
    shown = page.content()
    assert [secret for secret in secrets if secret in shown] == []
    assert axe_violations(page) == []
    page.locator("input[name=right][value=born]").check()
    with page.expect_navigation():
        page.locator("main [accesskey]").first.click()
    assert page.locator("fieldset.bad .err").count() == 1
    assert [secret for secret in secrets if secret in page.content()] == []
    for way in ("change", "parent", "cancel"):
        answer = page.request.get(f"{DESK}/files/{family.dossier_id}/{way}", max_redirects=0)
        assert answer.status != 200, way
    page.locator("button[name=deed][value=stop]").click()
    page.wait_for_url("**/desk/find?done=stopped")
    assert page.request.get(f"{DESK}/files/{family.dossier_id}").status == 404

    opens()
    for box in page.locator("input[name=right]").all():
        box.check()
    with page.expect_navigation():
        page.locator("main [accesskey]").first.click()
    assert page.url.endswith(f"/desk/files/{family.dossier_id}")
    assert all(secret in page.content() for secret in ("Youssef", "Geheime Werkgever", family.names["child"]))
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("input[name=wish][value=change]").check()
    page.locator("aside .acts .btn").click()
    # The answer to the wish replaces the page at its own pace.
    page.locator(f"a[href$='/files/{family.dossier_id}/change']").wait_for()
    with page.expect_navigation():
        page.locator(f"a[href$='/files/{family.dossier_id}/parent']").click()
    assert page.locator("main form").count() == 0
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{DESK}/files/{family.dossier_id}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe_violations(page) == []

    parent = visitors.new()
    parent.context.add_cookies([{"name": "sid", "value": session_of(house, family.person), "url": live_server}])
    parent.goto("/brussels/nl/my/access")
    assert texts("nl").gettext(REFUSED) in parent.locator("main").inner_text()
