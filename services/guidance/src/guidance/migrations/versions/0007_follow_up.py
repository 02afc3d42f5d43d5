"""Follow-up, the activity responsibility, study plans, notes and evaluation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0007"
down_revision = "0006"

_TABLES = (
    "survey_answers", "surveys_used", "surveys_given", "goals", "offerings", "study_plan_versions", "study_plans",
    "kaa_measures", "kaa_entries", "note_log", "notes", "case_history", "case_contacts",
)  # fmt: skip
_CASE_COLUMNS = ("outcome", "counsellor", "guided_at", "next_step", "next_step_due")


def _moment(name: str, *, nullable: bool = False, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, comment=comment)


def upgrade() -> None:
    """Create all."""
    _cases()
    _case_history()
    _notes()
    _activity_responsibility()
    _study_plans()
    _evaluation()


def downgrade() -> None:
    """Drop all. A case that a counsellor closed stays closed."""
    for table in _TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION only_grows()")
    for index in ("ix_cases_counsellor", "ix_cases_closed_at"):
        op.drop_index(index, "cases")
    for name in ("ck_cases_outcome", "ck_cases_next_step", "fk_cases_counsellor_counsellors"):
        op.drop_constraint(name, "cases")
    for column in _CASE_COLUMNS:
        op.drop_column("cases", column)


def _cases() -> None:
    for column in (
        sa.Column("outcome", sa.Text),
        sa.Column("counsellor", sa.Uuid, comment="in charge; none: nobody yet"),
        _moment("guided_at", nullable=True, comment="when the first held session was known of"),
        sa.Column("next_step", sa.Text),
        sa.Column("next_step_due", sa.Date),
    ):
        op.add_column("cases", column)
    op.execute("UPDATE cases SET outcome = 'placed' WHERE status = 'closed'")
    op.create_foreign_key("fk_cases_counsellor_counsellors", "cases", "counsellors", ["counsellor"], ["counsellor"])
    op.create_check_constraint("ck_cases_outcome", "cases", "(status = 'closed') = (outcome IS NOT NULL)")
    op.create_check_constraint("ck_cases_next_step", "cases", "(next_step IS NULL) = (next_step_due IS NULL)")
    op.create_index("ix_cases_counsellor", "cases", ["counsellor"], postgresql_where=sa.text("status = 'open'"))
    op.create_index("ix_cases_closed_at", "cases", ["closed_at"])


def _case_history() -> None:
    op.create_table(
        "case_contacts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        _moment("at"),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("reached", sa.Text, nullable=False),
        sa.Column("counsellor", sa.Uuid, comment="who contacted; none: staff who are no counsellors"),
        sa.Column("next_step", sa.Text),
        sa.Column("next_step_due", sa.Date),
        _moment("written_at"),
        sa.PrimaryKeyConstraint("id", name="pk_case_contacts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_contacts_case_id_cases"),
    )
    op.create_index("ix_case_contacts_case_id_at", "case_contacts", ["case_id", "at"])
    op.create_table(
        "case_history",
        sa.Column("position", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        _moment("at"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column(
            "by_counsellor", sa.Uuid, comment="none: admissions' word, a schedule, or staff who are no counsellors"
        ),
        sa.Column("counsellor", sa.Uuid, comment="in charge from then on"),
        sa.Column("outcome", sa.Text),
        sa.Column("reason", sa.Text, comment="a few words of the one who did it; never exported"),
        sa.PrimaryKeyConstraint("position", name="pk_case_history"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_history_case_id_cases"),
        sa.CheckConstraint(
            "kind IN ('opened', 'assigned', 'handed_over', 'guided', 'closed')", name="ck_case_history_kind"
        ),
    )
    op.create_index("ix_case_history_case_id", "case_history", ["case_id", "position"])


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("counsellor", sa.Uuid, nullable=False, comment="who wrote it"),
        _moment("written_at"),
        sa.Column("key_id", sa.Text),
        sa.Column("sealed", sa.LargeBinary, comment="AES-256-GCM, bound to the note and its case; none: erased"),
        _moment("erased_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notes_case_id_cases"),
        sa.CheckConstraint("(sealed IS NULL) = (erased_at IS NOT NULL)", name="ck_notes_erased"),
        sa.CheckConstraint("(sealed IS NULL) = (key_id IS NULL)", name="ck_notes_key_id"),
    )
    op.create_index("ix_notes_case_id", "notes", ["case_id", "written_at"])
    op.create_index("ix_notes_key_id", "notes", ["key_id"], postgresql_where=sa.text("sealed IS NOT NULL"))
    op.create_table(
        "note_log",
        sa.Column("position", sa.BigInteger, sa.Identity(), nullable=False),
        _moment("at"),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("note_id", sa.Uuid, comment="none: all notes of the case were asked for and denied"),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("counsellor", sa.Uuid),
        sa.Column("reader", sa.Text, comment="the account, where it is no counsellor's; none: a schedule"),
        sa.PrimaryKeyConstraint("position", name="pk_note_log"),
        sa.CheckConstraint("deed IN ('written', 'read', 'denied', 'resealed', 'erased')", name="ck_note_log_deed"),
    )
    op.create_index("ix_note_log_case_id", "note_log", ["case_id", "position"])
    op.create_index("ix_note_log_at", "note_log", ["at"], postgresql_using="brin")
    # A log that could be mended would prove nothing.
    op.execute("""
        CREATE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$
    """)
    op.execute("""
        CREATE TRIGGER note_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON note_log
        FOR EACH STATEMENT EXECUTE FUNCTION only_grows()
    """)


def _activity_responsibility() -> None:
    op.create_table(
        "kaa_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person", sa.Uuid, nullable=False, comment="the municipality's own id of the person"),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("case_id", sa.Uuid),
        sa.Column("intake_year", sa.Integer),
        sa.Column("born_on", sa.Date, comment="personal; never exported, ages are"),
        sa.Column("sex", sa.Text),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered", sa.Text, nullable=False),
        sa.Column("occupation", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, comment="an accepted place; leaves the register on that day"),
        sa.Column("starts_at", sa.Text, comment="the offering that the place is in"),
        sa.Column("left_on", sa.Date),
        sa.Column("left_cause", sa.Text),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_kaa_entries"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_kaa_entries_case_id_cases"),
        sa.CheckConstraint("(left_on IS NULL) = (left_cause IS NULL)", name="ck_kaa_entries_left"),
        sa.CheckConstraint("left_on >= entered_on", name="ck_kaa_entries_forwards"),
    )
    still_in = sa.text("left_on IS NULL")
    op.create_index(
        "uq_kaa_entries_person", "kaa_entries", ["municipality", "person"], unique=True, postgresql_where=still_in
    )
    op.create_index("ix_kaa_entries_municipality_entered_on", "kaa_entries", ["municipality", "entered_on"])
    op.create_index("ix_kaa_entries_person", "kaa_entries", ["person"])
    op.create_table(
        "kaa_measures",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("entry", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("goal", sa.Text, nullable=False, comment="never exported"),
        sa.Column("responsible", sa.Text, nullable=False, comment="who does what; never exported"),
        sa.Column("begins", sa.Date, nullable=False),
        sa.Column("follow_up_on", sa.Date),
        sa.Column("ends", sa.Date),
        sa.Column("ended", sa.Text),
        _moment("written_at"),
        sa.PrimaryKeyConstraint("id", name="pk_kaa_measures"),
        sa.ForeignKeyConstraint(
            ["entry"], ["kaa_entries.id"], name="fk_kaa_measures_entry_kaa_entries", ondelete="CASCADE"
        ),
        sa.CheckConstraint("(ends IS NULL) = (ended IS NULL)", name="ck_kaa_measures_ended"),
        sa.CheckConstraint("ends >= begins", name="ck_kaa_measures_forwards"),
    )
    op.create_index("ix_kaa_measures_entry", "kaa_measures", ["entry"])


def _study_plans() -> None:
    op.create_table(
        "study_plans",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("student", sa.Uuid, nullable=False, comment="the municipality's own id of the student"),
        sa.Column("home_municipality", sa.Text, nullable=False),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        _moment("made_at"),
        sa.PrimaryKeyConstraint("id", name="pk_study_plans"),
        sa.UniqueConstraint("home_municipality", "student", name="uq_study_plans_home_municipality_student"),
        sa.ForeignKeyConstraint(
            ["counsellor"], ["counsellors.counsellor"], name="fk_study_plans_counsellor_counsellors"
        ),
    )
    op.create_table(
        "study_plan_versions",
        sa.Column("plan", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", pg.JSONB, nullable=False),
        _moment("made_at"),
        _moment("counsellor_agreed_at", nullable=True),
        _moment("student_agreed_at", nullable=True),
        sa.PrimaryKeyConstraint("plan", "number", name="pk_study_plan_versions"),
        sa.ForeignKeyConstraint(["plan"], ["study_plans.id"], name="fk_study_plan_versions_plan_study_plans"),
        sa.CheckConstraint("number > 0", name="ck_study_plan_versions_number"),
    )
    op.create_table(
        "offerings",
        sa.Column("offering", sa.Text, nullable=False),
        sa.Column("intake_year", sa.Integer, nullable=False),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("programme", sa.Text),
        sa.Column("school_name", sa.Text),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, comment="the catalogue's own count"),
        sa.PrimaryKeyConstraint("offering", "intake_year", name="pk_offerings"),
    )
    op.create_index("ix_offerings_intake_year", "offerings", ["intake_year"], postgresql_where=sa.text("NOT withdrawn"))


def _evaluation() -> None:
    op.create_table(
        "goals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("measured", sa.Text, nullable=False),
        sa.Column("municipality", sa.Text, comment="none: the region's"),
        sa.Column("begins", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=False),
        sa.Column("target", sa.Numeric, nullable=False),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_goals"),
        sa.CheckConstraint("begins <= ends", name="ck_goals_forwards"),
    )
    op.create_index(
        "uq_goals_measured",
        "goals",
        ["measured", "municipality", "begins", "ends"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "surveys_given",
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_surveys_given"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_surveys_given_session_id_sessions"),
    )
    op.create_table(
        "surveys_used",
        sa.Column("link", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("link", name="pk_surveys_used"),
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("survey", sa.Text, nullable=False, comment="which set of questions"),
        sa.Column("month", sa.Date, nullable=False, comment="of the session; nothing finer is kept"),
        sa.Column("session_type", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("counsellor_municipality", sa.Text, nullable=False),
        sa.Column("home_municipality", sa.Text, nullable=False),
        sa.Column("answers", pg.ARRAY(sa.SmallInteger), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_answers"),
    )
    op.create_index("ix_survey_answers_month", "survey_answers", ["month"])
