"""Purposes, grounds and stores hang together."""

from __future__ import annotations

from app.catalogue.activities import ACTIVITIES, BASIS_LABELS, LegalBasis, activities_of
from app.catalogue.groups import GROUPS
from app.catalogue.stores import STORES


def test_every_group_is_held_for_some_purpose() -> None:
    assert frozenset().union(*(activity.groups for activity in ACTIVITIES.values())) == set(GROUPS)


def test_every_activity_has_one_ground_that_can_be_named() -> None:
    for activity in ACTIVITIES.values():
        assert isinstance(activity.basis, LegalBasis)
        assert BASIS_LABELS[activity.basis]
        assert activity.purpose
    assert ACTIVITIES["application"].basis is not LegalBasis.CONSENT


def test_data_leaves_by_consent_only_where_the_statement_says_so() -> None:
    assert ACTIVITIES["share_kind_en_gezin"].basis is LegalBasis.CONSENT
    assert ACTIVITIES["share_kind_en_gezin"].recipients == {"kind_en_gezin"}
    assert not {"partner_name", "partner_contact", "partner_situation"} & ACTIVITIES["share_kind_en_gezin"].groups
    assert ACTIVITIES["share_lop"].groups == {"contact", "partner_contact", "child_identity", "consents"}


def test_an_organisation_has_only_the_activities_of_its_modules() -> None:
    names = {activity.key for activity in activities_of(frozenset({"daycare"}), frozenset({"contact", "account"}))}
    assert names == {"daycare", "messages", "security"}


def test_stores_name_groups_and_a_term() -> None:
    for store in STORES.values():
        assert store.groups <= set(GROUPS)
        assert store.term
    assert {"sessions", "outbox", "queue", "logs", "relay_journal", "exports", "backups", "cookies"} <= set(STORES)
    assert STORES["logs"].groups == STORES["queue"].groups == frozenset()
    assert (STORES["backups"].days or 0) <= 30
