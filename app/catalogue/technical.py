"""Columns that say nothing about a person by themselves. Short on purpose: what is not here needs a group."""

# Keys that every table may carry under the same name.
NOT_PERSONAL_ANYWHERE: frozenset[str] = frozenset(
    {"id", "organisation", "dossier_id", "child_id", "application_id", "choice_id", "offer_id", "account_id"}
)

NOT_PERSONAL: frozenset[str] = frozenset(
    {
        "account.active",
        "account.created_at",
        "account.kind",
        "account_token.expires_at",
        "account_token.hash",
        "account_token.purpose",
        "account_token.used_at",
        "application.closed_at",
        "application.rule_set",
        "application.state",
        "application.submitted_at",
        "dossier.created_at",
        "dossier.last_activity_at",
        "dossier.state",
        "draft.created_at",
        "draft.expires_at",
        "draft.submitted_at",
        "draft.updated_at",
        # What a facility publishes about itself as a place of care.
        "facility.active",
        "facility.answers_within_days",
        "facility.email",
        "facility.kind",
        "facility.language",
        "facility.latitude",
        "facility.longitude",
        "facility.municipality",
        "facility.name",
        "facility.phone",
        "facility.postcode",
        "facility.street",
        "facility.tariff",
        "facility_member.facility_id",
        "offer.created_at",
        "throttle.count",
        "throttle.window_start",
        "web_session.actor_id",
        "web_session.actor_kind",
        "web_session.created_at",
        "web_session.expires_at",
        "web_session.id_hash",
    }
)
