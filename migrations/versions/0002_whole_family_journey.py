"""The whole family journey: other devices and channels, second parents, free places, messages, the desk's tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "page_count",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "day", "page", "source", name=op.f("pk_page_count")),
    )
    op.create_table(
        "dossier_party",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("invited_email", sa.Text(), nullable=True),
        sa.Column("invitation_hash", sa.LargeBinary(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invitation_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_party_dossier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_party")),
    )
    op.create_index(
        "uq_dossier_party_account",
        "dossier_party",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(
        "uq_dossier_party_current",
        "dossier_party",
        ["dossier_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "draft_pass",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("factor", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_pass_draft_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_draft_pass")),
    )
    op.create_index(op.f("ix_draft_pass_draft_id"), "draft_pass", ["draft_id"], unique=False)
    op.create_table(
        "free_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("half_days", sa.SmallInteger(), nullable=False),
        sa.Column("age_from_months", sa.SmallInteger(), nullable=False),
        sa.Column("age_to_months", sa.SmallInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("shown_until", sa.Date(), nullable=False),
        sa.Column("last_minute", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("age_from_months between 0 and age_to_months", name=op.f("ck_free_place_ages")),
        sa.CheckConstraint("half_days between 1 and 16383", name=op.f("ck_free_place_half_days")),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_free_place_facility_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_free_place")),
    )
    op.create_index("ix_free_place_facility", "free_place", ["facility_id"], unique=False)
    op.create_index("ix_free_place_organisation", "free_place", ["organisation", "starts_on"], unique=False)
    op.create_table(
        "possible_double",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("number_token", sa.LargeBinary(), nullable=True),
        sa.Column("other_dossier_id", sa.Uuid(), nullable=True),
        sa.Column("other_application_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind in ('number', 'likeness')", name=op.f("ck_possible_double_kind")),
        sa.CheckConstraint("state in ('open', 'joined', 'kept')", name=op.f("ck_possible_double_state")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_possible_double_dossier_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_dossier_id"], ["dossier.id"], name=op.f("fk_possible_double_other_dossier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_possible_double")),
    )
    op.create_index(
        "uq_possible_double_pair",
        "possible_double",
        ["application_id", "other_application_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'likeness'"),
    )
    op.create_table(
        "protected_contact",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_protected_contact_dossier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_protected_contact")),
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('helpdesk', 'administrator')", name=op.f("ck_staff_member_role")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_staff_member_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
    )
    op.create_index("ix_staff_member_account", "staff_member", ["account_id"], unique=False)
    op.create_table(
        "staff_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_staff_note_dossier_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_staff_note_facility_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_note")),
    )
    op.create_index("ix_staff_note_dossier", "staff_note", ["dossier_id", "created_at"], unique=False)
    op.create_table(
        "thread",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sender", sa.Text(), nullable=False),
        sa.Column("family_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("other_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_thread_dossier_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_thread_facility_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint(
            "dossier_id",
            "facility_id",
            name=op.f("uq_thread_dossier_id_facility_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_thread_desk",
        "thread",
        ["organisation", "last_at"],
        unique=False,
        postgresql_where=sa.text("facility_id is null"),
    )
    op.create_index("ix_thread_facility", "thread", ["facility_id", "last_at"], unique=False)
    op.create_table(
        "thread_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel in ('portal', 'mail', 'text', 'whatsapp', 'call', 'letter')",
            name=op.f("ck_thread_message_channel"),
        ),
        sa.CheckConstraint("sender in ('family', 'facility', 'desk')", name=op.f("ck_thread_message_sender")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_thread_message_dossier_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_message_thread_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_message")),
    )
    op.create_index("ix_thread_message_dossier", "thread_message", ["dossier_id"], unique=False)
    op.create_index("ix_thread_message_thread", "thread_message", ["thread_id", "received_at"], unique=False)
    op.add_column("applicant", sa.Column("channel", sa.Text(), nullable=True))
    _add_answer("applicant", "protected")
    op.add_column("applicant", sa.Column("nationality", sa.Text(), nullable=True))
    op.add_column("applicant", sa.Column("home_language", sa.Text(), nullable=True))
    op.add_column("applicant", sa.Column("relation", sa.Text(), nullable=True))
    op.add_column("applicant", sa.Column("number_token", sa.LargeBinary(), nullable=True))
    op.add_column("application", sa.Column("expires_on", sa.Date(), nullable=True))
    op.add_column("application", sa.Column("group_id", sa.Uuid(), nullable=True))
    op.add_column("application", sa.Column("link", sa.Text(), nullable=True))
    op.add_column("application", sa.Column("child_number_token", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_application_expires",
        "application",
        ["expires_on"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_application_group_id"), "application", ["group_id"], unique=False)
    op.create_index(
        "uq_application_open_number",
        "application",
        ["organisation", "child_number_token"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.add_column("child", sa.Column("call_name", sa.Text(), nullable=True))
    op.create_index("ix_child_birth_date", "child", ["birth_date"], unique=False)
    op.add_column("choice", sa.Column("answered_by", sa.Uuid(), nullable=True))
    op.add_column("choice", sa.Column("previous_state", sa.Text(), nullable=True))
    op.add_column("choice", sa.Column("closing_offer_id", sa.Uuid(), nullable=True))
    op.add_column("choice", sa.Column("expires_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_choice_refused_by",
        "choice",
        ["answered_by", "answered_at"],
        unique=False,
        postgresql_where=sa.text("state = 'refused'"),
    )
    op.add_column("draft", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.add_column("draft", sa.Column("notice_to", sa.LargeBinary(), nullable=True))
    op.add_column("draft", sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "uq_draft_account",
        "draft",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("account_id is not null and submitted_at is null"),
    )
    op.add_column("facility", sa.Column("answers_around", sa.Date(), nullable=True))
    _add_answer("facility", "hides_house_number")
    _add_answer("facility", "hides_phone")
    op.add_column("offer", sa.Column("decided_by", sa.Uuid(), nullable=True))
    op.add_column("offer", sa.Column("closing_offer_id", sa.Uuid(), nullable=True))
    op.add_column("outbox", sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("handled_by", sa.Uuid(), nullable=True))
    op.create_index("ix_outbox_dossier", "outbox", ["dossier_id"], unique=False)
    op.create_index(
        "ix_outbox_to_do",
        "outbox",
        ["organisation", "created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'to_print' or state = 'dead' and handled_at is null"),
    )
    # Both organisations with requests have a term of sixty days; it counts from the start, or from the filing.
    op.execute(
        "update application set expires_on ="
        " greatest(start_date, (submitted_at at time zone 'Europe/Brussels')::date) + 60"
    )
    op.execute("update choice c set expires_on = a.expires_on from application a where a.id = c.application_id")
    op.alter_column("application", "expires_on", nullable=False)
    op.alter_column("choice", "expires_on", nullable=False)
    op.create_check_constraint(op.f("ck_applicant_channel"), "applicant", "channel in ('mail', 'text', 'letter')")
    op.create_check_constraint(op.f("ck_application_link"), "application", "link in ('together', 'either')")
    _replace_check("account", "kind", "kind in ('parent', 'facility', 'staff')")
    _replace_check("outbox", "state", "state in ('pending', 'sending', 'uncertain', 'to_print', 'sent', 'dead')")


def _add_answer(table: str, column: str) -> None:
    """Add a yes-or-no column in which every row that is there says no."""
    op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column(table, column, server_default=None)


def _replace_check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def downgrade() -> None:
    # Policies and views read the columns that go: they go first, and are laid anew for what is left.
    for schema in ("access", "signin", "app"):
        op.execute(f"drop schema if exists {schema} cascade")
    # What the older house has no words for: letters wait as messages again, nobody works at a desk.
    op.execute("update outbox set state = 'pending' where state = 'to_print'")
    op.execute("delete from account where kind = 'staff'")
    _replace_check("outbox", "state", "state in ('pending', 'sending', 'uncertain', 'sent', 'dead')")
    _replace_check("account", "kind", "kind in ('parent', 'facility')")
    op.drop_constraint(op.f("ck_application_link"), "application", type_="check")
    op.drop_constraint(op.f("ck_applicant_channel"), "applicant", type_="check")
    op.drop_index(
        "ix_outbox_to_do",
        table_name="outbox",
        postgresql_where=sa.text("state = 'to_print' or state = 'dead' and handled_at is null"),
    )
    op.drop_index("ix_outbox_dossier", table_name="outbox")
    op.drop_column("outbox", "handled_by")
    op.drop_column("outbox", "handled_at")
    op.drop_column("offer", "closing_offer_id")
    op.drop_column("offer", "decided_by")
    op.drop_column("facility", "hides_phone")
    op.drop_column("facility", "hides_house_number")
    op.drop_column("facility", "answers_around")
    op.drop_index(
        "uq_draft_account",
        table_name="draft",
        postgresql_where=sa.text("account_id is not null and submitted_at is null"),
    )
    op.drop_column("draft", "noticed_at")
    op.drop_column("draft", "notice_to")
    op.drop_column("draft", "account_id")
    op.drop_index("ix_choice_refused_by", table_name="choice", postgresql_where=sa.text("state = 'refused'"))
    op.drop_column("choice", "expires_on")
    op.drop_column("choice", "closing_offer_id")
    op.drop_column("choice", "previous_state")
    op.drop_column("choice", "answered_by")
    op.drop_index("ix_child_birth_date", table_name="child")
    op.drop_column("child", "call_name")
    op.drop_index("uq_application_open_number", table_name="application", postgresql_where=sa.text("state = 'open'"))
    op.drop_index(op.f("ix_application_group_id"), table_name="application")
    op.drop_index("ix_application_expires", table_name="application", postgresql_where=sa.text("state = 'open'"))
    op.drop_column("application", "child_number_token")
    op.drop_column("application", "link")
    op.drop_column("application", "group_id")
    op.drop_column("application", "expires_on")
    op.drop_column("applicant", "number_token")
    op.drop_column("applicant", "relation")
    op.drop_column("applicant", "home_language")
    op.drop_column("applicant", "nationality")
    op.drop_column("applicant", "protected")
    op.drop_column("applicant", "channel")
    op.drop_index("ix_thread_message_thread", table_name="thread_message")
    op.drop_index("ix_thread_message_dossier", table_name="thread_message")
    op.drop_table("thread_message")
    op.drop_index("ix_thread_facility", table_name="thread")
    op.drop_index("ix_thread_desk", table_name="thread", postgresql_where=sa.text("facility_id is null"))
    op.drop_table("thread")
    op.drop_index("ix_staff_note_dossier", table_name="staff_note")
    op.drop_table("staff_note")
    op.drop_index("ix_staff_member_account", table_name="staff_member")
    op.drop_table("staff_member")
    op.drop_table("protected_contact")
    op.drop_index(
        "uq_possible_double_pair", table_name="possible_double", postgresql_where=sa.text("kind = 'likeness'")
    )
    op.drop_table("possible_double")
    op.drop_index("ix_free_place_organisation", table_name="free_place")
    op.drop_index("ix_free_place_facility", table_name="free_place")
    op.drop_table("free_place")
    op.drop_index(op.f("ix_draft_pass_draft_id"), table_name="draft_pass")
    op.drop_table("draft_pass")
    op.drop_index("uq_dossier_party_current", table_name="dossier_party", postgresql_where=sa.text("ended_at is null"))
    op.drop_index("uq_dossier_party_account", table_name="dossier_party", postgresql_where=sa.text("ended_at is null"))
    op.drop_table("dossier_party")
    op.drop_table("page_count")
