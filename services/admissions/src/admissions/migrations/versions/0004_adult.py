"""Adult education: courses with their starts, applications and decisions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the four tables."""
    _courses()
    _applications()
    _decisions()


def downgrade() -> None:
    """Drop them."""
    for table in ("adult_decisions", "adult_applications", "adult_starts", "adult_courses"):
        op.drop_table(table)


def _courses() -> None:
    op.create_table(
        "adult_courses",
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("organiser", sa.Text, nullable=False, comment="the municipality that gives it"),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("code", sa.Text, comment="subject and level, or package"),
        sa.Column("points", sa.Integer, nullable=False, comment="verksamhetspoäng; 800 are a year"),
        sa.Column("vocational", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("course", name=op.f("pk_adult_courses")),
    )
    op.create_table(
        "adult_starts",
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("apply_by", sa.Date, comment="null: rolling, decided as applications come"),
        sa.PrimaryKeyConstraint("course", "starts_on", name=op.f("pk_adult_starts")),
        sa.ForeignKeyConstraint(
            ["course"], ["adult_courses.course"], ondelete="CASCADE", name=op.f("fk_adult_starts_course_adult_courses")
        ),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_adult_starts_seats")),
    )


def _applications() -> None:
    op.create_table(
        "adult_applications",
        sa.Column("application", sa.Uuid, nullable=False),
        sa.Column("applicant", sa.Uuid, nullable=False, comment="the home municipality's own id of the person"),
        sa.Column("identity", sa.Text, nullable=False, comment="personal data, never leaves this table"),
        sa.Column("protected", sa.Boolean, nullable=False),
        sa.Column("home_municipality", sa.Text, nullable=False),
        sa.Column("organiser", sa.Text, nullable=False),
        sa.Column("course", sa.Text, nullable=False, comment="may be reported after its applications"),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("vocational", sa.Boolean, nullable=False),
        sa.Column("from_day", sa.Date, nullable=False, comment="the earliest start the applicant can take"),
        sa.Column("submitted_at", _MOMENT, nullable=False),
        sa.Column("facts", pg.JSONB, nullable=False, comment="what rights, eligibility and selection are judged by"),
        sa.Column("study_plan", sa.Uuid, comment="the individual study plan in guidance"),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("undertaken_by", sa.Text, comment="pays, and goes on paying after a move (SL 20:21a)"),
        sa.Column("declined", sa.Boolean, nullable=False),
        sa.Column("opinion_revision", sa.Integer, nullable=False),
        sa.Column("decided_for", sa.Date),
        sa.Column("reason", sa.Text),
        sa.Column("step", sa.SmallInteger, comment="VF 3:7, 6 for none; null for a right"),
        sa.Column("queue", sa.Integer),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("application", name=op.f("pk_adult_applications")),
        sa.CheckConstraint(
            "status IN ('waiting_for_opinion', 'ready', 'reserve', 'admitted', 'not_received', 'validated', "
            "'withdrawn')",
            name=op.f("ck_adult_applications_status"),
        ),
        sa.CheckConstraint("(queue IS NOT NULL) = (status = 'reserve')", name=op.f("ck_adult_applications_queue")),
    )
    op.create_index("ix_adult_applications_course", "adult_applications", ["course", "status"])
    op.create_index("ix_adult_applications_applicant", "adult_applications", ["applicant"])
    op.create_index("ix_adult_applications_submitted_at", "adult_applications", ["submitted_at", "application"])


def _decisions() -> None:
    op.create_table(
        "adult_decisions",
        sa.Column("decision", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("application", sa.Uuid, nullable=False),
        sa.Column("starts_on", sa.Date),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("step", sa.SmallInteger),
        sa.Column("queue", sa.Integer),
        sa.Column("undertaken_by", sa.Text),
        sa.Column("rules", sa.Text, nullable=False, comment="version of the rules it was made by"),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("decision", name=op.f("pk_adult_decisions")),
        sa.ForeignKeyConstraint(
            ["application"],
            ["adult_applications.application"],
            name=op.f("fk_adult_decisions_application_adult_applications"),
        ),
    )
    op.create_index("ix_adult_decisions_application", "adult_decisions", ["application", "decision"])
