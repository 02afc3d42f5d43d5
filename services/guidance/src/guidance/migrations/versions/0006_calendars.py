"""Cover of the rota, the drop-in queue and calendars."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0005"

_ON_DUTY = """
    CREATE OR REPLACE VIEW unavailable AS
    SELECT counsellor, during FROM absences
    UNION ALL
    SELECT counsellor, tstzrange(starts_at, ends_at) FROM rota_shifts WHERE withdrawn_at IS NULL
"""
_ON_DUTY_OR_BUSY = """
    CREATE OR REPLACE VIEW unavailable AS
    SELECT counsellor, during FROM absences
    UNION ALL
    SELECT counsellor, tstzrange(starts_at, ends_at) FROM rota_shifts WHERE withdrawn_at IS NULL
    UNION ALL
    SELECT counsellor, tstzrange(starts_at, ends_at) FROM busy_times
"""


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create all."""
    _coverage()
    _drop_ins()
    _calendars()
    # Nor can who is busy in another calendar.
    op.execute(_ON_DUTY_OR_BUSY)


def downgrade() -> None:
    """Drop all."""
    op.execute(_ON_DUTY)
    for table in (
        "busy_times",
        "calendar_sources",
        "calendar_feeds",
        "drop_ins",
        "coverage_gaps",
        "cover_requirements",
    ):
        op.drop_table(table)


def _coverage() -> None:
    op.create_table(
        "cover_requirements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("municipality", sa.Text, comment="counsellors of this one; NULL is the whole region"),
        sa.Column("language", sa.Text),
        sa.Column("windows", pg.JSONB, nullable=False, comment="[[weekday, begins, ends]] in minutes past midnight"),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("off_on_holidays", sa.Boolean, nullable=False),
        sa.CheckConstraint("number > 0", name="ck_cover_requirements_number"),
        sa.PrimaryKeyConstraint("id", name="pk_cover_requirements"),
    )
    op.create_table(
        "coverage_gaps",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("requirement", sa.Uuid, nullable=False),
        _moment("starts_at"),
        _moment("ends_at"),
        sa.Column("missing", sa.SmallInteger, nullable=False),
        _moment("found_at"),
        _moment("closed_at", nullable=True),
        sa.Column("outcome", sa.Text, comment="filled, or passed without cover"),
        sa.CheckConstraint("outcome IN ('filled', 'passed')", name="ck_coverage_gaps_outcome"),
        sa.CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="ck_coverage_gaps_closed"),
        sa.ForeignKeyConstraint(
            ["requirement"],
            ["cover_requirements.id"],
            name="fk_coverage_gaps_requirement_cover_requirements",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_coverage_gaps"),
    )
    op.create_index("ix_coverage_gaps_found_at", "coverage_gaps", ["found_at"])
    op.create_index(
        "uq_coverage_gaps_open",
        "coverage_gaps",
        ["requirement", "starts_at", "ends_at", "missing"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _drop_ins() -> None:
    op.create_table(
        "drop_ins",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, comment="the ticket's number, from 1 each day"),
        sa.Column("ticket", sa.LargeBinary, nullable=False, comment="SHA-256 of the secret that the person holds"),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("phone", sa.LargeBinary, comment="sealed; erased when the visit ends"),
        sa.Column("status", sa.Text, nullable=False),
        _moment("joined_at"),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="when the page last asked"),
        sa.Column("counsellor", sa.Uuid),
        sa.Column("room", sa.LargeBinary, comment="sealed address of the meeting; erased when the visit ends"),
        _moment("called_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("outcome", sa.Text),
        sa.CheckConstraint(
            "(status = 'ended') = (ended_at IS NOT NULL AND outcome IS NOT NULL)", name="ck_drop_ins_ended"
        ),
        sa.CheckConstraint("channel IN ('video', 'phone', 'call_in')", name="ck_drop_ins_channel"),
        sa.CheckConstraint(
            "outcome IN ('helped', 'no_show', 'left', 'timed_out', 'closed')", name="ck_drop_ins_outcome"
        ),
        sa.CheckConstraint("status <> 'called' OR counsellor IS NOT NULL", name="ck_drop_ins_called"),
        sa.CheckConstraint("status <> 'ended' OR phone IS NULL AND room IS NULL", name="ck_drop_ins_erased"),
        sa.CheckConstraint("status IN ('waiting', 'called', 'ended')", name="ck_drop_ins_status"),
        sa.ForeignKeyConstraint(["counsellor"], ["counsellors.counsellor"], name="fk_drop_ins_counsellor_counsellors"),
        sa.PrimaryKeyConstraint("id", name="pk_drop_ins"),
        sa.UniqueConstraint("ticket", name="uq_drop_ins_ticket"),
    )
    op.create_index("ix_drop_ins_joined_at", "drop_ins", ["joined_at"])
    op.create_index("ix_drop_ins_waiting", "drop_ins", ["joined_at"], postgresql_where=sa.text("status <> 'ended'"))


def _calendars() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False, comment="SHA-256 of the secret in the address"),
        _moment("made_at"),
        _moment("read_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["counsellor"],
            ["counsellors.counsellor"],
            name="fk_calendar_feeds_counsellor_counsellors",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("counsellor", name="pk_calendar_feeds"),
        sa.UniqueConstraint("secret", name="uq_calendar_feeds_secret"),
    )
    op.create_table(
        "calendar_sources",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="address, user name and password"),
        sa.Column("host", sa.Text, nullable=False, comment="all of the address that is shown again"),
        _moment("added_at"),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False, comment="when it is to be read again"),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        _moment("tried_at", nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True, comment="when it could last be read"),
        sa.Column("expanded_at", sa.DateTime(timezone=True), comment="when its series were last worked out"),
        sa.Column("fault", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("passed_over", sa.Integer, nullable=False, comment="events that could not be understood"),
        sa.CheckConstraint("kind IN ('ics', 'caldav')", name="ck_calendar_sources_kind"),
        sa.ForeignKeyConstraint(
            ["counsellor"],
            ["counsellors.counsellor"],
            name="fk_calendar_sources_counsellor_counsellors",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_sources"),
    )
    op.create_index("ix_calendar_sources_counsellor", "calendar_sources", ["counsellor"])
    op.create_index("ix_calendar_sources_next_at", "calendar_sources", ["next_at"])
    op.create_table(
        "busy_times",
        sa.Column("source", sa.Uuid, nullable=False),
        _moment("starts_at"),
        _moment("ends_at"),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="ck_busy_times_forwards"),
        sa.ForeignKeyConstraint(
            ["counsellor"], ["counsellors.counsellor"], name="fk_busy_times_counsellor_counsellors", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source"], ["calendar_sources.id"], name="fk_busy_times_source_calendar_sources", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "starts_at", "ends_at", name="pk_busy_times"),
    )
    op.create_index(
        "ix_busy_times_busy",
        "busy_times",
        ["counsellor", sa.text("tstzrange(starts_at, ends_at)")],
        postgresql_using="gist",
    )
