"""Everyone who helps: roles and second factors, agreements, contacts, helpers and mandates, kiosks, the urgent list."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import UserDefinedType

revision = "0003"
down_revision = "0002"


class Xid8(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id."""

    def get_col_spec(self, **_: object) -> str:
        """Return the type's SQL name."""
        return "XID8"


KINDS = ("parent", "facility", "staff")
MORE_KINDS = (*KINDS, "counter", "helper", "oversight")
ROLES = ("helpdesk", "administrator")
MORE_ROLES = (*ROLES, "policy", "developer", "counter", "sick_care", "dpo", "security")


FOUND_BY = {
    "applicant": "(given_name || ' ') || family_name",
    "partner": "(given_name || ' ') || family_name",
    "child": "(((coalesce(given_name, '') || ' ') || coalesce(call_name, '')) || ' ') || family_name",
}


def _words(column: str, words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} in ({listed})"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_account_kind"), "account", type_="check")
    op.create_check_constraint(op.f("ck_account_kind"), "account", _words("kind", MORE_KINDS))
    op.drop_constraint(op.f("ck_staff_member_role"), "staff_member", type_="check")
    op.create_check_constraint(op.f("ck_staff_member_role"), "staff_member", _words("role", MORE_ROLES))
    op.create_table(
        "helper_organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helper_organisation")),
    )
    op.create_table(
        "kiosk_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_device")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_kiosk_device_code_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kiosk_device_token_hash")),
    )
    op.create_index("ix_kiosk_device_organisation", "kiosk_device", ["organisation"], unique=False)
    op.create_table(
        "party_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("party_kind", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("party_name", sa.Text(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "party_kind in ('facility', 'helper_organisation', 'processor')", name=op.f("ck_party_agreement_party_kind")
        ),
        sa.CheckConstraint("ends_on is null or ends_on >= signed_on", name=op.f("ck_party_agreement_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_agreement")),
    )
    op.create_index("ix_party_agreement_party", "party_agreement", ["party_id"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("counterparty", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("checked_by is distinct from account_id", name=op.f("ck_agreement_second_person")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_agreement_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index("ix_agreement_account", "agreement", ["account_id", "kind"], unique=False)
    op.create_table(
        "desk_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("identified_how", sa.Text(), nullable=True),
        sa.Column("identified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column("wish_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "channel in ('call', 'mail', 'counter', 'letter', 'file_work')", name=op.f("ck_desk_contact_channel")
        ),
        sa.CheckConstraint(
            "identified_how in ('questions', 'document', 'code', 'known_sender')",
            name=op.f("ck_desk_contact_identified_how"),
        ),
        sa.CheckConstraint(
            "(identified_how is null) = (identified_at is null)", name=op.f("ck_desk_contact_identified")
        ),
        sa.CheckConstraint("(wish is null) = (wish_at is null)", name=op.f("ck_desk_contact_wish")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_desk_contact_dossier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_contact")),
    )
    op.create_index("ix_desk_contact_dossier", "desk_contact", ["dossier_id", "opened_at"], unique=False)
    op.create_index("ix_desk_contact_worker", "desk_contact", ["worker_id", "opened_at"], unique=False)
    op.create_table(
        "factor_challenge",
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_factor_challenge_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_factor_challenge")),
    )
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "asked_by <> account_id and agreed_by is distinct from account_id and agreed_by is distinct from asked_by",
            name=op.f("ck_factor_reset_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_factor_reset_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index(
        "uq_factor_reset_open",
        "factor_reset",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "family_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("groups", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint(
            "actor_kind not in ('staff', 'counter') or contact_id is not null", name=op.f("ck_family_notice_contact")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_family_notice_dossier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_notice")),
    )
    op.create_index("ix_family_notice_dossier", "family_notice", ["dossier_id", "at"], unique=False)
    op.create_index("ix_family_notice_xid", "family_notice", ["xid"], unique=False)
    op.create_table(
        "helper_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("helper_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('coordinator', 'helper')", name=op.f("ck_helper_member_role")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_helper_member_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["helper_organisation_id"],
            ["helper_organisation.id"],
            name=op.f("fk_helper_member_helper_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helper_member")),
    )
    op.create_index("ix_helper_member_account", "helper_member", ["account_id"], unique=False)
    op.create_table(
        "login_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("new_login", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old_hash", sa.LargeBinary(), nullable=True),
        sa.Column("new_hash", sa.LargeBinary(), nullable=False),
        sa.Column("old_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("identified_in", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_change_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_change")),
        sa.UniqueConstraint("new_hash", name=op.f("uq_login_change_new_hash")),
        sa.UniqueConstraint("old_hash", name=op.f("uq_login_change_old_hash")),
    )
    op.create_index("ix_login_change_account", "login_change", ["account_id"], unique=False)
    op.create_table(
        "look_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("code_token", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by", sa.Uuid(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_look_code_dossier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_code")),
    )
    op.create_index("ix_look_code_dossier", "look_code", ["dossier_id"], unique=False)
    op.create_index(
        "uq_look_code_open",
        "look_code",
        ["organisation", "code_token"],
        unique=True,
        postgresql_where=sa.text("used_at is null and ended_at is null"),
    )
    op.create_table(
        "mandate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("helper_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("helper_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_how", sa.Text(), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_text_version", sa.Text(), nullable=True),
        sa.Column("consent_language", sa.Text(), nullable=True),
        sa.Column("code_word_hash", sa.Text(), nullable=True),
        sa.Column("last_joint_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tells_deadlines", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_kind", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "consent_how in ('link', 'code', 'code_word', 'paper')", name=op.f("ck_mandate_consent_how")
        ),
        sa.CheckConstraint("ended_by_kind in ('family', 'helper', 'staff')", name=op.f("ck_mandate_ended_by_kind")),
        sa.CheckConstraint("(consent_at is null) = (consent_how is null)", name=op.f("ck_mandate_consent")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_mandate_dossier_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["helper_organisation_id"], ["helper_organisation.id"], name=op.f("fk_mandate_helper_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index("ix_mandate_dossier", "mandate", ["dossier_id"], unique=False)
    op.create_index("ix_mandate_helper", "mandate", ["helper_id"], unique=False)
    op.create_index("uq_mandate_draft", "mandate", ["draft_id"], unique=True)
    op.create_table(
        "second_factor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=True),
        sa.Column("sign_count", sa.BigInteger(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('totp', 'passkey', 'recovery')", name=op.f("ck_second_factor_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_second_factor_credential_id")),
    )
    op.create_index("ix_second_factor_account", "second_factor", ["account_id"], unique=False)
    op.create_table(
        "support_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("given_by <> account_id", name=op.f("ck_support_grant_not_by_oneself")),
        sa.CheckConstraint("until > given_at", name=op.f("ck_support_grant_term")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_support_grant_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_support_grant_dossier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_grant")),
    )
    op.create_index("ix_support_grant_account", "support_grant", ["account_id"], unique=False)
    op.create_table(
        "joint_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_token", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("proof in ('link', 'code', 'code_word', 'paper')", name=op.f("ck_joint_session_proof")),
        sa.CheckConstraint("(proof is null) = (confirmed_at is null)", name=op.f("ck_joint_session_confirmed")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_joint_session_dossier_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["mandate.id"], name=op.f("fk_joint_session_mandate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_session")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_joint_session_link_hash")),
    )
    op.create_index("ix_joint_session_mandate", "joint_session", ["mandate_id", "asked_at"], unique=False)
    op.create_table(
        "service_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_service_use_child_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_service_use_dossier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_use")),
    )
    op.create_index("ix_service_use_dossier", "service_use", ["dossier_id"], unique=False)
    op.create_index("uq_service_use_day", "service_use", ["child_id", "used_on"], unique=True)
    op.add_column("application", sa.Column("mandate_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_application_mandate_id"), "application", ["mandate_id"], unique=False)
    op.create_index(
        "ix_application_urgent",
        "application",
        ["organisation", "start_date"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.add_column("audit_entry", sa.Column("typed_by", sa.Uuid(), nullable=True))
    # Until now every choice was the family's own.
    op.add_column("choice", sa.Column("origin", sa.Text(), nullable=False, server_default="family"))
    op.alter_column("choice", "origin", server_default=None)
    op.create_check_constraint(op.f("ck_choice_origin"), "choice", "origin in ('family', 'urgent')")
    op.add_column("dossier", sa.Column("registrar_facility_id", sa.Uuid(), nullable=True))
    op.add_column("dossier", sa.Column("registrar_ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_dossier_registrar_facility_id"), "dossier", ["registrar_facility_id"], unique=False)
    op.add_column("draft", sa.Column("assisted_by", sa.Uuid(), nullable=True))
    op.add_column("draft", sa.Column("assisted_kind", sa.Text(), nullable=True))
    op.add_column("draft", sa.Column("mandate_id", sa.Uuid(), nullable=True))
    op.add_column("draft", sa.Column("registrar_facility_id", sa.Uuid(), nullable=True))
    op.add_column("draft", sa.Column("device_id", sa.Uuid(), nullable=True))
    op.add_column("staff_member", sa.Column("area", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.alter_column("staff_member", "area", server_default=None)
    op.add_column("staff_member", sa.Column("granted_by", sa.Uuid(), nullable=True))
    op.add_column("staff_member", sa.Column("ended_by", sa.Uuid(), nullable=True))
    op.create_check_constraint(
        op.f("ck_staff_member_not_by_oneself"), "staff_member", "granted_by is distinct from account_id"
    )
    op.add_column("web_session", sa.Column("assisting_kind", sa.Text(), nullable=True))
    op.add_column("web_session", sa.Column("assisting_id", sa.Uuid(), nullable=True))
    op.add_column("web_session", sa.Column("assisting_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("web_session", sa.Column("device_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_web_session_device", "web_session", ["device_id"], postgresql_where=sa.text("device_id is not null")
    )
    op.create_index("ix_draft_device", "draft", ["device_id"], postgresql_where=sa.text("device_id is not null"))
    # A file is found by the names in it, an e-mail address or a phone.
    for table, names in FOUND_BY.items():
        words = (
            f"to_tsvector('simple', lower(regexp_replace(normalize(translate({names}, './@_', '    '), NFKD),"
            " '[\\u0300-\\u036f]', '', 'g')))"
        )
        op.create_index(f"ix_{table}_words", table, [sa.text(words)], postgresql_using="gin")
    for table in ("applicant", "partner"):
        op.create_index(f"ix_{table}_phone", table, ["phone"])
        op.create_index(f"ix_{table}_email", table, [sa.text("lower(email)")])


def downgrade() -> None:
    for table in ("applicant", "partner"):
        op.drop_index(f"ix_{table}_email", table_name=table)
        op.drop_index(f"ix_{table}_phone", table_name=table)
    for table in FOUND_BY:
        op.drop_index(f"ix_{table}_words", table_name=table)
    # Policies look at several tables at once, and are laid anew after each upgrade.
    op.execute(
        "do $$ declare p record; begin for p in select policyname, schemaname, tablename from pg_policies"
        " where schemaname in ('public', 'keys') loop"
        " execute format('drop policy %I on %I.%I', p.policyname, p.schemaname, p.tablename); end loop; end $$"
    )
    # Who came with these roles cannot stay without them.
    op.execute("delete from staff_member where role not in ('helpdesk', 'administrator')")
    op.execute("delete from account where kind not in ('parent', 'facility', 'staff')")
    op.drop_constraint(op.f("ck_account_kind"), "account", type_="check")
    op.create_check_constraint(op.f("ck_account_kind"), "account", _words("kind", KINDS))
    op.drop_constraint(op.f("ck_staff_member_role"), "staff_member", type_="check")
    op.create_check_constraint(op.f("ck_staff_member_role"), "staff_member", _words("role", ROLES))
    op.drop_constraint(op.f("ck_staff_member_not_by_oneself"), "staff_member", type_="check")
    op.drop_constraint(op.f("ck_choice_origin"), "choice", type_="check")
    op.drop_index("ix_draft_device", table_name="draft", postgresql_where=sa.text("device_id is not null"))
    op.drop_index("ix_web_session_device", table_name="web_session", postgresql_where=sa.text("device_id is not null"))
    op.drop_column("web_session", "device_id")
    op.drop_column("web_session", "assisting_until")
    op.drop_column("web_session", "assisting_id")
    op.drop_column("web_session", "assisting_kind")
    op.drop_column("staff_member", "ended_by")
    op.drop_column("staff_member", "granted_by")
    op.drop_column("staff_member", "area")
    op.drop_column("draft", "device_id")
    op.drop_column("draft", "registrar_facility_id")
    op.drop_column("draft", "mandate_id")
    op.drop_column("draft", "assisted_kind")
    op.drop_column("draft", "assisted_by")
    op.drop_index(op.f("ix_dossier_registrar_facility_id"), table_name="dossier")
    op.drop_column("dossier", "registrar_ended_at")
    op.drop_column("dossier", "registrar_facility_id")
    op.drop_column("choice", "origin")
    op.drop_column("audit_entry", "typed_by")
    op.drop_index("ix_application_urgent", table_name="application", postgresql_where=sa.text("state = 'open'"))
    op.drop_index(op.f("ix_application_mandate_id"), table_name="application")
    op.drop_column("application", "mandate_id")
    op.drop_index("uq_service_use_day", table_name="service_use")
    op.drop_index("ix_service_use_dossier", table_name="service_use")
    op.drop_table("service_use")
    op.drop_index("ix_joint_session_mandate", table_name="joint_session")
    op.drop_table("joint_session")
    op.drop_index("ix_support_grant_account", table_name="support_grant")
    op.drop_table("support_grant")
    op.drop_index("ix_second_factor_account", table_name="second_factor")
    op.drop_table("second_factor")
    op.drop_index("uq_mandate_draft", table_name="mandate")
    op.drop_index("ix_mandate_helper", table_name="mandate")
    op.drop_index("ix_mandate_dossier", table_name="mandate")
    op.drop_table("mandate")
    op.drop_index(
        "uq_look_code_open", table_name="look_code", postgresql_where=sa.text("used_at is null and ended_at is null")
    )
    op.drop_index("ix_look_code_dossier", table_name="look_code")
    op.drop_table("look_code")
    op.drop_index("ix_login_change_account", table_name="login_change")
    op.drop_table("login_change")
    op.drop_index("ix_helper_member_account", table_name="helper_member")
    op.drop_table("helper_member")
    op.drop_index("ix_family_notice_xid", table_name="family_notice")
    op.drop_index("ix_family_notice_dossier", table_name="family_notice")
    op.drop_table("family_notice")
    op.drop_index("uq_factor_reset_open", table_name="factor_reset", postgresql_where=sa.text("ended_at is null"))
    op.drop_table("factor_reset")
    op.drop_table("factor_challenge")
    op.drop_index("ix_desk_contact_worker", table_name="desk_contact")
    op.drop_index("ix_desk_contact_dossier", table_name="desk_contact")
    op.drop_table("desk_contact")
    op.drop_index("ix_agreement_account", table_name="agreement")
    op.drop_table("agreement")
    op.drop_index("ix_party_agreement_party", table_name="party_agreement")
    op.drop_table("party_agreement")
    op.drop_index("ix_kiosk_device_organisation", table_name="kiosk_device")
    op.drop_table("kiosk_device")
    op.drop_table("helper_organisation")
