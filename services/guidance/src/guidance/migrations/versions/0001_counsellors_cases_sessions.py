"""The plumbing's tables, counsellors with their periods, follow-up cases and sessions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from shared.tables import create_plumbing, drop_plumbing

revision = "0001"
down_revision = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create all."""
    create_plumbing(op)
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")  # equality of ids inside exclusion constraints
    _counsellors()
    _cases()
    _sessions()


def downgrade() -> None:
    """Drop all."""
    for table in ("sessions", "cases", "periods", "counsellors"):
        op.drop_table(table)
    drop_plumbing(op)


def _counsellors() -> None:
    op.create_table(
        "counsellors",
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.Column("municipality", sa.Text, nullable=False, comment="the one that reported first"),
        sa.Column("display_name", sa.Text, nullable=False, comment="work data; never in public events"),
        sa.Column("languages", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("channels", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("session_minutes", sa.Integer, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, comment="the municipality's own count"),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("counsellor", name="pk_counsellors"),
        sa.CheckConstraint("session_minutes > 0", name="ck_counsellors_session_minutes"),
    )
    op.create_table(
        "periods",
        sa.Column("counsellor", sa.Uuid, nullable=False),
        _moment("starts_at"),
        _moment("ends_at"),
        sa.PrimaryKeyConstraint("counsellor", "starts_at", name="pk_periods"),
        sa.ForeignKeyConstraint(
            ["counsellor"], ["counsellors.counsellor"], name="fk_periods_counsellor_counsellors", ondelete="CASCADE"
        ),
        sa.CheckConstraint("starts_at < ends_at", name="ck_periods_forwards"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("applicant", sa.Uuid, nullable=False, comment="pseudonymous; guidance knows no names"),
        sa.Column("intake_year", sa.Integer, nullable=False),
        sa.Column("home_municipality", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False, comment="none: placed before any need of a case was heard of"),
        sa.Column("cause", sa.Text),
        sa.Column("missing_subjects", pg.ARRAY(sa.Text)),
        sa.Column("open_programmes", pg.ARRAY(sa.Text)),
        sa.Column("unplaced_round", sa.SmallInteger, comment="0 preliminary, 1 final, 2 reserve-1, …"),
        _moment("unplaced_at", nullable=True),
        sa.Column("admitted_round", sa.SmallInteger),
        _moment("accepted_at", nullable=True),
        _moment("opened_at", nullable=True),
        _moment("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("applicant", "intake_year", name="uq_cases_applicant_intake_year"),
        sa.CheckConstraint("status IN ('none', 'open', 'closed')", name="ck_cases_status"),
        sa.CheckConstraint(
            "status = 'none' OR opened_at IS NOT NULL AND unplaced_round IS NOT NULL", name="ck_cases_opened"
        ),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="ck_cases_closed"),
    )
    op.create_index("ix_cases_opened_at_id", "cases", ["opened_at", "id"], postgresql_where=sa.text("status <> 'none'"))
    op.create_index("ix_cases_open", "cases", ["home_municipality"], postgresql_where=sa.text("status = 'open'"))


def _sessions() -> None:
    booked = sa.text("status = 'booked'")
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.Column("counsellor_municipality", sa.Text, nullable=False, comment="as it was when booked"),
        sa.Column("home_municipality", sa.Text, nullable=False, comment="as it was when booked"),
        _moment("starts_at"),
        _moment("ends_at"),
        sa.Column("occupied", pg.TSTZRANGE, nullable=False, comment="the session with the pauses before and after it"),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        _moment("booked_at"),
        _moment("cancelled_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_sessions_case_id_cases"),
        sa.ForeignKeyConstraint(["counsellor"], ["counsellors.counsellor"], name="fk_sessions_counsellor_counsellors"),
        sa.CheckConstraint("status IN ('booked', 'cancelled')", name="ck_sessions_status"),
        sa.CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="ck_sessions_cancelled"),
        sa.CheckConstraint("occupied @> tstzrange(starts_at, ends_at)", name="ck_sessions_occupied"),
        pg.ExcludeConstraint(("counsellor", "="), ("occupied", "&&"), name="no_double_booking", where=booked),
        pg.ExcludeConstraint(
            ("case_id", "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            name="one_session_at_a_time",
            where=booked,
        ),
    )
    op.create_index("ix_sessions_starts_at_id", "sessions", ["starts_at", "id"])
    op.create_index("ix_sessions_case_id", "sessions", ["case_id"])
    op.create_index("ix_sessions_load", "sessions", ["counsellor", "starts_at"], postgresql_where=booked)
