"""Persons beside their applications: moves, protection, the log of who looked them up, what they know, who dances."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "person_moves",
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reported_by", sa.Text(), nullable=False, comment="counts when it handed in the application; office: always"
        ),
        sa.Column("moved_on", sa.Date(), nullable=False, comment="the first day in the municipality"),
        sa.Column("home_municipality", sa.Text(), nullable=False, comment="moved to"),
        *_recorded(),
        sa.PrimaryKeyConstraint("applicant_id", "reported_by", "moved_on", name=op.f("pk_person_moves")),
    )
    op.create_table(
        "person_protections",
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False, comment="the strictest of all that is reported holds"),
        sa.Column(
            "level", sa.SmallInteger(), nullable=False, comment="0 none, 1 secrecy marking, 2 protected registration"
        ),
        *_recorded(),
        sa.PrimaryKeyConstraint("applicant_id", "reported_by", name=op.f("pk_person_protections")),
    )
    op.create_table(
        "person_lookups",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False, comment="the caller's subject"),
        sa.Column("municipality", sa.Text(), comment="the caller's; none: the region's office"),
        sa.Column("applicant_id", sa.Uuid(), comment="none: nobody was found"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False, comment="all, masked or nothing"),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_person_lookups")),
    )
    op.create_index("ix_person_lookups_applicant_id", "person_lookups", ["applicant_id", "position"])
    _only_grows()
    op.create_table(
        "knowledge",
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False, comment="counts when it handed in the application"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("english_exempted", sa.Boolean(), nullable=False),
        sa.Column(
            "equivalent",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="subjects with knowledge equal to a pass",
        ),
        sa.Column("completed_programme", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("intake_year", "applicant_id", "reported_by", name=op.f("pk_knowledge")),
    )
    op.add_column(
        "grades", sa.Column("reduced_timetable_for_dance", sa.Boolean(), comment="null: the report does not tell")
    )
    op.create_index(
        "ix_grades_dancers", "grades", ["intake_year"], postgresql_where=sa.text("reduced_timetable_for_dance")
    )


def _recorded() -> tuple[sa.Column[int], sa.Column[object], sa.Column[str]]:
    return (
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False, comment="the caller's subject, or the id of the event"),
    )


def _only_grows() -> None:
    """A log that could be mended would prove nothing."""
    op.execute("""
        CREATE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$
    """)
    op.execute("""
        CREATE TRIGGER person_lookups_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON person_lookups
        FOR EACH STATEMENT EXECUTE FUNCTION only_grows()
    """)


def downgrade() -> None:
    op.drop_index("ix_grades_dancers", "grades")
    op.drop_column("grades", "reduced_timetable_for_dance")
    for table in ("knowledge", "person_lookups", "person_protections", "person_moves"):
        op.drop_table(table)
    op.execute("DROP FUNCTION only_grows()")
