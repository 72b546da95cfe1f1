"""The groups of personal data: one name for a set of columns that is read, kept and erased together."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.catalogue.marking import N_


class Sensitivity(StrEnum):
    """How much harm a leak of the group can do; decides what is encrypted and how it is shown."""

    ORDINARY = "ordinary"
    CONTACT = "contact"
    SOCIAL = "social"
    NATIONAL = "national"
    HEALTH = "health"
    TECHNICAL = "technical"


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of columns, each written as table.column."""

    key: str
    label: str
    sensitivity: Sensitivity
    columns: frozenset[str]


def _group(key: str, label: str, sensitivity: Sensitivity, **tables: str) -> Group:
    columns = frozenset(f"{table}.{column}" for table, names in tables.items() for column in names.split())
    return Group(key, label, sensitivity, columns)


_AUDIT = "actor_id actor_kind at event groups reasons subjects typed_by"

_ALL = (
    _group("applicant_name", N_("Your name"), Sensitivity.ORDINARY, applicant="given_name family_name"),
    _group("applicant_identity", N_("Your birth date and sex"), Sensitivity.ORDINARY, applicant="birth_date sex"),
    _group(
        "contact",
        N_("Your address, phone and e-mail"),
        Sensitivity.CONTACT,
        applicant="street house_number postcode municipality phone email channel protected",
        protected_contact="sealed",
    ),
    # Parts of the groups around them, for whoever needs no more (LEU-26, LEU-31, LEU-33).
    _group(
        "address",
        N_("Your address"),
        Sensitivity.CONTACT,
        applicant="street house_number postcode municipality",
    ),
    _group("municipality", N_("The municipality where you live"), Sensitivity.ORDINARY, applicant="municipality"),
    _group("child_name", N_("The child's name"), Sensitivity.ORDINARY, child="given_name call_name family_name"),
    _group(
        "language",
        N_("The language you want us to use"),
        Sensitivity.ORDINARY,
        dossier="language",
        account="language",
    ),
    _group("partner_name", N_("Your partner's name"), Sensitivity.ORDINARY, partner="given_name family_name"),
    _group(
        "partner_contact",
        N_("Your partner's phone and e-mail"),
        Sensitivity.CONTACT,
        partner="phone email",
    ),
    _group(
        "partner_situation",
        N_("Your partner's work or training"),
        Sensitivity.SOCIAL,
        partner="work",
    ),
    _group(
        "child_identity",
        N_("The child's name and (expected) birth date"),
        Sensitivity.ORDINARY,
        child="given_name call_name family_name birth_date expected",
        choice="child_birth_date",
    ),
    # No value is ever kept: a keyed token per organisation only, which no door can read.
    _group(
        "national_number",
        N_("National number"),
        Sensitivity.NATIONAL,
        applicant="number_token",
        application="child_number_token",
        possible_double="number_token",
    ),
    _group(
        "care_plan",
        N_("Start date, days and hours you ask for"),
        Sensitivity.ORDINARY,
        application="start_date half_days hours flexible expires_on link",
        choice="start_date half_days expires_on",
    ),
    _group(
        "choices",
        N_("The facilities you chose"),
        Sensitivity.ORDINARY,
        choice="facility_id position",
    ),
    # What one facility may know of the request it got itself; never the row of another facility.
    _group(
        "own_choice",
        N_("Your request at one facility"),
        Sensitivity.ORDINARY,
        choice="state submitted_at reply_due_on",
    ),
    _group(
        "family_situation",
        N_("Your family situation"),
        Sensitivity.SOCIAL,
        circumstances="family_situation foster",
    ),
    _group(
        "work_situation",
        N_("Your work or training, and your employer"),
        Sensitivity.SOCIAL,
        circumstances="work employer",
    ),
    _group("income_situation", N_("Your income situation"), Sensitivity.SOCIAL, circumstances="income"),
    _group("education", N_("Your education"), Sensitivity.SOCIAL, circumstances="education"),
    _group(
        "dutch_knowledge",
        N_("Your knowledge of Dutch, and whether you have a proof"),
        Sensitivity.SOCIAL,
        circumstances="dutch dutch_proof dutch_proof_at dutch_proof_by",
    ),
    _group(
        "priority_result",
        N_("Your priority and the reasons for it"),
        Sensitivity.SOCIAL,
        application="grounds priority_rank",
        choice="grounds priority_rank sibling_here",
    ),
    _group("health", N_("The answer about health"), Sensitivity.HEALTH, health_answer="sealed consented_at"),
    _group(
        "consents",
        N_("The permissions you gave, and when"),
        Sensitivity.ORDINARY,
        consent="recipient given at text_version language channel",
    ),
    _group(
        "answers",
        N_("Answers and offers of facilities"),
        Sensitivity.ORDINARY,
        choice="answered_at answered_by previous_state refusal_reason origin",
        offer="facility_id start_date half_days hours deviating expires_at state decided_at decided_by",
    ),
    _group(
        "placement",
        N_("The place your child has"),
        Sensitivity.ORDINARY,
        placement="facility_id start_date end_date half_days",
    ),
    _group(
        "messages",
        N_("Messages between you and us"),
        Sensitivity.SOCIAL,
        outbox="sealed kind channel language sent_at handled_at handled_by",
        thread="facility_id last_at last_sender family_read_at other_read_at settled_at",
        thread_message="facility_id sender author_id channel sealed received_at",
    ),
    _group(
        "notes",
        N_("Notes of staff about your application"),
        Sensitivity.SOCIAL,
        staff_note="facility_id author_id sealed",
    ),
    _group(
        "doubles",
        N_("Whether two applications may be about one child"),
        Sensitivity.SOCIAL,
        possible_double=("kind code other_dossier_id other_application_id state found_at decided_at decided_by"),
    ),
    _group(
        "draft",
        N_("An application you have not sent yet"),
        Sensitivity.SOCIAL,
        draft="sealed language notice_to",
        draft_pass="factor",  # noqa: S106  a column's name
    ),
    _group(
        "account",
        N_("Your sign-in data"),
        Sensitivity.TECHNICAL,
        account="login login_confirmed_at password_hash last_visit_at previous_visit_at",
        account_token="new_login",  # noqa: S106  a column's name
        dossier="reference",
        dossier_party="invited_email invited_at joined_at ended_at apart",
        facility_member="role starts_at ends_at",
        staff_member="role area granted_by starts_at ends_at ended_by",
        throttle="key",
        web_session="last_seen_at ended_at assisting_kind assisting_id assisting_until",
        second_factor="label secret credential_id sign_count last_step used_at ended_at",
        factor_challenge="challenge",
        factor_reset="asked_by asked_at agreed_by agreed_at ended_at",
        agreement="kind version counterparty language accepted_at expires_at checked_by checked_at ended_at ended_by",
        party_agreement="party_name recorded_by",
        login_change=("new_login asked_by asked_at old_confirmed_at new_confirmed_at identified_in done_at ended_at"),
        kiosk_device="created_by revoked_by",
        helper_member="role starts_at ends_at",
    ),
    _group(
        "help",
        N_("Who helps you, and what you agreed to for it"),
        Sensitivity.SOCIAL,
        draft="assisted_by assisted_kind mandate_id registrar_facility_id device_id",
        application="mandate_id",
        dossier="registrar_facility_id registrar_ended_at",
        mandate=(
            "helper_organisation_id helper_id label started_at consent_how consent_at consent_text_version"
            " consent_language code_word_hash last_joint_at tells_deadlines ended_at ended_by_kind"
        ),
        joint_session="asked_at code_token tries proof confirmed_at until ended_at",
        desk_contact=("worker_id channel purpose opened_at until ended_at identified_how identified_at wish wish_at"),
        look_code="code_token used_by used_at until ended_at",
        support_grant="reason given_by given_at until ended_at",
    ),
    _group(
        "service_use",
        N_("Days on which your sick child was cared for at home"),
        Sensitivity.HEALTH,
        service_use="used_on recorded_by recorded_at",
    ),
    # One table holds both; its column `event` tells a read from a change.
    _group("access_log", N_("Who looked at your file, and when"), Sensitivity.TECHNICAL, audit_entry=_AUDIT),
    _group(
        "change_log",
        N_("What was changed in your file, and when"),
        Sensitivity.TECHNICAL,
        audit_entry=_AUDIT,
        family_notice="at actor_kind actor_id reason event groups contact_id",
    ),
    _group(
        "rights_requests",
        N_("What you asked about your rights, and our answers"),
        Sensitivity.SOCIAL,
        rights_request=(
            "kind subject_kind channel language received_on due_on entered_by entered_kind handler_id identity_how"
            " identity_at identity_by sealed outcome refusal law sealed_answer answered_at answered_by deferred_until"
            " sent_how copy_until"
        ),
        restriction="request_id since set_by ended_at ended_by",
        erasure_order="request_id groups law due_on ordered_by ordered_at done_at",
    ),
    _group(
        "holds",
        N_("Why your file must be kept for longer"),
        Sensitivity.SOCIAL,
        legal_hold="sealed placed_by placed_at until ended_at ended_by",
    ),
    _group(
        "disclosures",
        N_("To whom data were given, and when"),
        Sensitivity.SOCIAL,
        disclosure="person recipient at columns given_token hidden_until told_at",
        delivery="law sealed hidden_until asked_by asked_at approved_by approved_at fetched_by file",
        recipient_key="added_by checked_by",
    ),
    _group(
        "cases",
        N_("Reports of leaks, and complaints"),
        Sensitivity.SOCIAL,
        leak_case=(
            "origin known_at reported_at sealed sealed_assessment sealed_notice handler_id suspect_id suspect_from"
            " suspect_until closed_by language"
        ),
        leak_person="added_at told_at",
        complaint="about language received_at sealed handler_id sealed_answer answered_at answered_by",
    ),
    # Who of the organisation noted or checked something; nothing about a family.
    _group(
        "registers",
        N_("Who checked what in our own registers"),
        Sensitivity.TECHNICAL,
        processor="recorded_by",
        compliance_check="done_by recorded_by",
        survey="created_by",
        retention_run="released_by",
    ),
    # Asked around Leuven only.
    _group(
        "leuven_background",
        N_("Nationality, home language and your relation to the child"),
        Sensitivity.SOCIAL,
        applicant="nationality home_language relation",
    ),
)

GROUPS: Mapping[str, Group] = MappingProxyType({group.key: group for group in _ALL})
