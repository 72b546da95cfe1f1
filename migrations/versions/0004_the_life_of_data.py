"""The life of data: restrictions, erasures and holds, deliveries, requests about rights, leaks, complaints, registers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0004'
down_revision = '0003'


# Each stands before what it refers to.
TABLES = (
    "disclosure",
    "survey_pass",
    "survey_answer",
    "restriction",
    "legal_hold",
    "leak_person",
    "erasure_order",
    "delivery",
    "trend_row",
    "survey",
    "rights_request",
    "retention_run",
    "recipient_key",
    "processor",
    "leak_case",
    "compliance_check",
    "complaint",
)
# What goes with a file is found by these, without looking through whole tables.
BY_FILE = (
    ("ix_application_child", "application", "child_id"),
    ("ix_possible_double_dossier", "possible_double", "dossier_id"),
    ("ix_possible_double_other", "possible_double", "other_dossier_id"),
    ("ix_support_grant_dossier", "support_grant", "dossier_id"),
    ("ix_joint_session_dossier", "joint_session", "dossier_id"),
    ("ix_dossier_party_dossier", "dossier_party", "dossier_id"),
    ("ix_outbox_owner", "outbox", "owner_id"),
)


def upgrade() -> None:
    for name, table, column in BY_FILE:
        op.create_index(name, table, [column])
    op.create_index('ix_dossier_last_activity', 'dossier', ['organisation', 'last_activity_at'])
    op.create_table('complaint',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('handler_id', sa.Uuid(), nullable=True),
    sa.Column('sealed_answer', sa.LargeBinary(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("about in ('service', 'person', 'privacy', 'website')", name=op.f('ck_complaint_about')),
    sa.CheckConstraint("state <> 'answered' or answered_at is not null and sealed_answer is not null", name=op.f('ck_complaint_answered')),
    sa.CheckConstraint("state in ('received', 'in_work', 'answered')", name=op.f('ck_complaint_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint')),
    sa.UniqueConstraint('organisation', 'reference', name=op.f('uq_complaint_organisation_reference'))
    )
    op.create_index('ix_complaint_open', 'complaint', ['organisation', 'state', 'due_on'], unique=False)
    op.create_table('compliance_check',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('promise', sa.Text(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('done_by', sa.Uuid(), nullable=True),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind in ('audit', 'finding', 'training', 'declaration', 'promise', 'review')", name=op.f('ck_compliance_check_kind')),
    sa.CheckConstraint('done_on is null or done_by is not null', name=op.f('ck_compliance_check_done')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_compliance_check'))
    )
    op.create_index('ix_compliance_check_due', 'compliance_check', ['organisation', 'kind', 'due_on'], unique=False)
    op.create_table('leak_case',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('watch_key', sa.Text(), nullable=True),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('known_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('risk', sa.Text(), nullable=True),
    sa.Column('sealed_assessment', sa.LargeBinary(), nullable=True),
    sa.Column('handler_id', sa.Uuid(), nullable=True),
    sa.Column('suspect_id', sa.Uuid(), nullable=True),
    sa.Column('suspect_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('suspect_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('authority_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('authority_reference', sa.Text(), nullable=True),
    sa.Column('authority_excused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sealed_notice', sa.LargeBinary(), nullable=True),
    sa.Column('notice_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('persons_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('persons_excused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("category in ('lost', 'seen', 'changed', 'kept')", name=op.f('ck_leak_case_category')),
    sa.CheckConstraint("origin in ('visitor', 'family', 'worker', 'watch')", name=op.f('ck_leak_case_origin')),
    sa.CheckConstraint("risk in ('none', 'risk', 'high')", name=op.f('ck_leak_case_risk')),
    sa.CheckConstraint("state <> 'closed' or risk is not null and sealed_assessment is not null", name=op.f('ck_leak_case_assessed')),
    sa.CheckConstraint("state <> 'closed' or risk = 'none' or (authority_told_at is not null or authority_excused_at is not null) and (risk <> 'high' or persons_told_at is not null or persons_excused_at is not null)", name=op.f('ck_leak_case_decided')),
    sa.CheckConstraint("state in ('new', 'assessing', 'closed')", name=op.f('ck_leak_case_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leak_case')),
    sa.UniqueConstraint('organisation', 'reference', name=op.f('uq_leak_case_organisation_reference')),
    sa.UniqueConstraint('organisation', 'watch_key', name=op.f('uq_leak_case_organisation_watch_key'))
    )
    op.create_index('ix_leak_case_open', 'leak_case', ['organisation', 'state', 'known_at'], unique=False)
    op.create_table('processor',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('agreement_signed_on', sa.Date(), nullable=True),
    sa.Column('agreement_until', sa.Date(), nullable=True),
    sa.Column('statement_version', sa.Text(), nullable=True),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_processor'))
    )
    op.create_index('ix_processor_organisation', 'processor', ['organisation', 'ends_on'], unique=False)
    op.create_table('recipient_key',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('certificate', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('added_by', sa.Uuid(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_by', sa.Uuid(), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('checked_by is distinct from added_by', name=op.f('ck_recipient_key_second_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recipient_key'))
    )
    op.create_index('ix_recipient_key_recipient', 'recipient_key', ['organisation', 'recipient'], unique=False)
    op.create_table('retention_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due', sa.Integer(), nullable=False),
    sa.Column('handled', sa.Integer(), nullable=False),
    sa.Column('run_limit', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('released_by', sa.Uuid(), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("outcome in ('done', 'limited', 'off', 'held_back', 'failed')", name=op.f('ck_retention_run_outcome')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_run'))
    )
    op.create_index('ix_retention_run_rule', 'retention_run', ['organisation', 'rule', 'started_at'], unique=False)
    op.create_table('rights_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.Uuid(), nullable=True),
    sa.Column('entered_kind', sa.Text(), nullable=False),
    sa.Column('handler_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('identity_how', sa.Text(), nullable=True),
    sa.Column('identity_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('identity_by', sa.Uuid(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('refusal', sa.Text(), nullable=True),
    sa.Column('law', sa.Text(), nullable=True),
    sa.Column('sealed_answer', sa.LargeBinary(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.Column('sent_how', sa.Text(), nullable=True),
    sa.Column('copy_until', sa.Date(), nullable=True),
    sa.Column('to_tell', sa.Text(), nullable=True),
    sa.Column('carried_out_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deferred_until', sa.Date(), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("channel in ('portal', 'mail', 'phone', 'letter', 'counter')", name=op.f('ck_rights_request_channel')),
    sa.CheckConstraint("kind in ('access', 'copy', 'correct', 'erase', 'restrict', 'object', 'withdraw')", name=op.f('ck_rights_request_kind')),
    sa.CheckConstraint("outcome in ('granted', 'partly', 'refused')", name=op.f('ck_rights_request_outcome')),
    sa.CheckConstraint("outcome is null or outcome = 'granted' or refusal is not null", name=op.f('ck_rights_request_refusal')),
    sa.CheckConstraint("state <> 'answered' or identity_at is not null", name=op.f('ck_rights_request_identity')),
    sa.CheckConstraint("state <> 'answered' or outcome is not null and answered_at is not null and sealed_answer is not null and sent_how is not null", name=op.f('ck_rights_request_answered')),
    sa.CheckConstraint("sent_how in ('page', 'letter', 'mail')", name=op.f('ck_rights_request_sent_how')),
    sa.CheckConstraint("to_tell in ('receipt', 'unclear', 'answer', 'lifted')", name=op.f('ck_rights_request_to_tell')),
    sa.CheckConstraint("state in ('received', 'unclear', 'in_work', 'answered')", name=op.f('ck_rights_request_state')),
    sa.CheckConstraint("subject_kind in ('applicant', 'partner', 'worker', 'other')", name=op.f('ck_rights_request_subject_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rights_request')),
    sa.UniqueConstraint('organisation', 'reference', name=op.f('uq_rights_request_organisation_reference'))
    )
    op.create_index('ix_rights_request_account', 'rights_request', ['account_id'], unique=False)
    op.create_index('ix_rights_request_dossier', 'rights_request', ['dossier_id'], unique=False)
    op.create_index('ix_rights_request_to_tell', 'rights_request', ['organisation'], unique=False, postgresql_where=sa.text("to_tell is not null"))
    op.create_index('ix_rights_request_open', 'rights_request', ['organisation', 'due_on'], unique=False, postgresql_where=sa.text("state <> 'answered'"))
    op.create_table('survey',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('question', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('closes_on >= opens_on', name=op.f('ck_survey_days')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey'))
    )
    op.create_table('trend_row',
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('municipality', sa.Text(), nullable=False),
    sa.Column('age_band', sa.Text(), nullable=False),
    sa.Column('days_band', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('requests', sa.Integer(), nullable=False),
    sa.CheckConstraint('requests > 0', name=op.f('ck_trend_row_requests')),
    sa.PrimaryKeyConstraint('organisation', 'period', 'municipality', 'age_band', 'days_band', 'outcome', name=op.f('pk_trend_row'))
    )
    op.create_table('delivery',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('ground', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('format', sa.Text(), nullable=False),
    sa.Column('columns', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('text_version', sa.Text(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=True),
    sa.Column('law', sa.Text(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('hidden_until', sa.Date(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_by', sa.Uuid(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('record_count', sa.Integer(), nullable=True),
    sa.Column('key_id', sa.Uuid(), nullable=True),
    sa.Column('file', sa.LargeBinary(), nullable=True),
    sa.Column('file_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fetched_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("format in ('csv', 'json')", name=op.f('ck_delivery_format')),
    sa.CheckConstraint("kind in ('regular', 'correction', 'order', 'research')", name=op.f('ck_delivery_kind')),
    sa.CheckConstraint("state in ('asked', 'approved', 'made', 'fetched', 'cancelled')", name=op.f('ck_delivery_state')),
    sa.CheckConstraint('approved_by is distinct from asked_by or approved_by is null', name=op.f('ck_delivery_second_person')),
    sa.ForeignKeyConstraint(['key_id'], ['recipient_key.id'], name=op.f('fk_delivery_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery'))
    )
    op.create_index('ix_delivery_file', 'delivery', ['file_until'], unique=False, postgresql_where=sa.text('file is not null'))
    op.create_index('ix_delivery_organisation', 'delivery', ['organisation', 'asked_at'], unique=False)
    op.create_table('erasure_order',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=True),
    sa.Column('request_id', sa.Uuid(), nullable=True),
    sa.Column('groups', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('law', sa.Text(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('ordered_by', sa.Uuid(), nullable=True),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_erasure_order_dossier_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure_order'))
    )
    op.create_index('ix_erasure_order_dossier', 'erasure_order', ['dossier_id'], unique=False)
    op.create_index('ix_erasure_order_due', 'erasure_order', ['organisation', 'due_on'], unique=False, postgresql_where=sa.text('done_at is null'))
    op.create_index(op.f('ix_erasure_order_request_id'), 'erasure_order', ['request_id'], unique=False)
    op.create_table('leak_person',
    sa.Column('leak_case_id', sa.Uuid(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_leak_person_dossier_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['leak_case_id'], ['leak_case.id'], name=op.f('fk_leak_person_leak_case_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('leak_case_id', 'dossier_id', name=op.f('pk_leak_person'))
    )
    op.create_index('ix_leak_person_dossier', 'leak_person', ['dossier_id'], unique=False)
    op.create_table('legal_hold',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('placed_by', sa.Uuid(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_legal_hold_dossier_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_hold'))
    )
    op.create_index('ix_legal_hold_dossier', 'legal_hold', ['dossier_id'], unique=False)
    op.create_index('ix_legal_hold_organisation', 'legal_hold', ['organisation', 'until'], unique=False)
    op.create_table('restriction',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=True),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_restriction_dossier_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_restriction'))
    )
    op.create_index('ix_restriction_dossier', 'restriction', ['dossier_id'], unique=False)
    op.create_index('uq_restriction_dossier', 'restriction', ['dossier_id'], unique=True, postgresql_where=sa.text('ended_at is null'))
    op.create_table('survey_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('survey_id', sa.Uuid(), nullable=False),
    sa.Column('score', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('score between 1 and 5', name=op.f('ck_survey_answer_score')),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_answer_survey_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_answer'))
    )
    op.create_index('ix_survey_answer_survey', 'survey_answer', ['survey_id'], unique=False)
    op.create_table('survey_pass',
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('survey_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_pass_survey_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_survey_pass'))
    )
    op.create_index(op.f('ix_survey_pass_survey_id'), 'survey_pass', ['survey_id'], unique=False)
    op.create_table('disclosure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('delivery_id', sa.Uuid(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=True),
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('columns', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('given_token', sa.LargeBinary(), nullable=False),
    sa.Column('hidden_until', sa.Date(), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_disclosure_delivery_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_disclosure_dossier_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosure'))
    )
    op.create_index('ix_disclosure_delivery', 'disclosure', ['delivery_id'], unique=False)
    op.create_index('ix_disclosure_dossier', 'disclosure', ['dossier_id', 'at'], unique=False)
    op.create_index('ix_disclosure_recipient', 'disclosure', ['organisation', 'recipient', 'at'], unique=False)
    op.add_column('audit_segment', sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # Policies look at several tables at once, and are laid anew after each upgrade.
    op.execute(
        "do $$ declare p record; begin for p in select policyname, schemaname, tablename from pg_policies"
        " where schemaname in ('public', 'keys') loop"
        " execute format('drop policy %I on %I.%I', p.policyname, p.schemaname, p.tablename); end loop; end $$"
    )
    op.execute("drop schema if exists access cascade")
    op.drop_column("audit_segment", "dropped_at")
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_dossier_last_activity", table_name="dossier")
    for name, table, _ in BY_FILE:
        op.drop_index(name, table_name=table)
