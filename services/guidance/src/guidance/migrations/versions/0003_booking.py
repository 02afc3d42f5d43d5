"""Working hours, session types, links and rooms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0003"
down_revision = "0002"

_HOLDS = "status IN ('booked', 'offered')"
# Length, pauses and channels are the region's to change; a type without a length takes each counsellor's own.
_TYPES = [
    ("guidance", "Vägledningssamtal", "Guidance session", None, 0, 0, ["video", "phone", "chat", "on_site"], True),
    ("short", "Kort fråga", "Short question", 20, 0, 5, ["phone", "chat", "video"], True),
    ("change", "Samtal inför omval", "Before the change period", 30, 0, 10, ["video", "phone", "on_site"], True),
    ("study_plan", "Individuell studieplan", "Individual study plan", 60, 5, 10, ["video", "on_site", "phone"], True),
    ("follow_up", "Uppföljning", "Follow-up", 45, 0, 10, ["video", "phone", "on_site"], False),
]  # fmt: skip


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create all."""
    _session_types()
    _counsellors()
    _hours()
    _invitations()
    _sessions()


def downgrade() -> None:
    """Drop all. Sessions that are not about a case, and times held for the waitlist, go with it."""
    op.execute("DROP VIEW unavailable")
    _undo_sessions()
    for table in ("contacts", "invitations", "absences", "hour_exceptions", "weekly_hours"):
        op.drop_table(table)
    op.drop_constraint("ck_counsellors_max_per_day", "counsellors")
    for column in (
        "specialities", "max_per_day", "buffer_before_minutes", "buffer_after_minutes", "phone", "hours_revision",
    ):  # fmt: skip
        op.drop_column("counsellors", column)
    op.drop_table("session_types")


def _session_types() -> None:
    table = op.create_table(
        "session_types",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False, comment="the order in which they are shown"),
        sa.Column("name_sv", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("minutes", sa.SmallInteger, comment="none: each counsellor's own length"),
        sa.Column("buffer_before_minutes", sa.SmallInteger, nullable=False),
        sa.Column("buffer_after_minutes", sa.SmallInteger, nullable=False),
        sa.Column("channels", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("public", sa.Boolean, nullable=False, comment="may be booked by the holder of a link"),
        sa.Column("method_sv", sa.Text),
        sa.Column("method_en", sa.Text),
        sa.PrimaryKeyConstraint("code", name="pk_session_types"),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name="ck_session_types_minutes"),
        sa.CheckConstraint(
            "buffer_before_minutes BETWEEN 0 AND 240 AND buffer_after_minutes BETWEEN 0 AND 240",
            name="ck_session_types_buffers",
        ),
    )
    columns = (
        "code", "name_sv", "name_en", "minutes", "buffer_before_minutes", "buffer_after_minutes", "channels", "public",
    )  # fmt: skip
    rows = [dict(zip(columns, each, strict=True)) | {"position": number} for number, each in enumerate(_TYPES, start=1)]
    op.bulk_insert(table, rows)


def _counsellors() -> None:
    nothing = sa.text("'{}'::text[]")
    op.add_column("counsellors", sa.Column("specialities", pg.ARRAY(sa.Text), nullable=False, server_default=nothing))
    op.add_column("counsellors", sa.Column("max_per_day", sa.SmallInteger))
    for side in ("before", "after"):
        op.add_column(
            "counsellors", sa.Column(f"buffer_{side}_minutes", sa.SmallInteger, nullable=False, server_default="0")
        )
    op.add_column("counsellors", sa.Column("phone", sa.Text, comment="at work; shown to those who have booked"))
    op.add_column(
        "counsellors",
        sa.Column("hours_revision", sa.BigInteger, nullable=False, server_default="0", comment="0: never reported"),
    )
    op.create_check_constraint("ck_counsellors_max_per_day", "counsellors", "max_per_day > 0")


def _hours() -> None:
    op.create_table(
        "weekly_hours",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.Column("weekday", sa.SmallInteger, nullable=False, comment="1 Monday … 7 Sunday"),
        sa.Column("begins", sa.Time, nullable=False, comment="as a Swedish clock shows it"),
        sa.Column("ends", sa.Time, nullable=False, comment="as a Swedish clock shows it"),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, comment="the last day; none: until further notice"),
        sa.PrimaryKeyConstraint("id", name="pk_weekly_hours"),
        _of_counsellor("weekly_hours"),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name="ck_weekly_hours_weekday"),
        sa.CheckConstraint("begins < ends", name="ck_weekly_hours_forwards"),
        sa.CheckConstraint("valid_until >= valid_from", name="ck_weekly_hours_valid"),
    )
    op.create_index("ix_weekly_hours_counsellor", "weekly_hours", ["counsellor"])
    op.create_table(
        "hour_exceptions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.Column("day", sa.Date, nullable=False, comment="the day whose weekly hours these replace"),
        sa.Column("begins", sa.Time, comment="none: not at work that day"),
        sa.Column("ends", sa.Time),
        sa.PrimaryKeyConstraint("id", name="pk_hour_exceptions"),
        _of_counsellor("hour_exceptions"),
        sa.CheckConstraint("(begins IS NULL) = (ends IS NULL)", name="ck_hour_exceptions_both"),
        sa.CheckConstraint("begins < ends", name="ck_hour_exceptions_forwards"),
    )
    op.create_index("ix_hour_exceptions_counsellor_day", "hour_exceptions", ["counsellor", "day"])
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.Column("during", pg.TSTZRANGE, nullable=False),
        sa.Column("reported", sa.Boolean, nullable=False, comment="by the municipality's system; else on our pages"),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
        _of_counsellor("absences"),
        sa.CheckConstraint("NOT isempty(during)", name="ck_absences_during"),
    )
    op.create_index("ix_absences_counsellor_during", "absences", ["counsellor", "during"], postgresql_using="gist")
    # Whatever else keeps a counsellor from being booked is added to the view by the migration that brings it.
    op.execute("CREATE VIEW unavailable AS SELECT counsellor, during FROM absences")


def _of_counsellor(table: str, *, cascade: bool = True) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["counsellor"],
        ["counsellors.counsellor"],
        name=f"fk_{table}_counsellor_counsellors",
        ondelete="CASCADE" if cascade else None,
    )


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person", sa.Uuid, nullable=False, comment="the applicant, or an id made for one without a case"),
        sa.Column("case_id", sa.Uuid),
        sa.Column("home_municipality", sa.Text, nullable=False),
        sa.Column("protected", sa.Boolean, nullable=False, comment="protected identity: by phone only, no messages"),
        sa.Column("session_type", sa.Text, comment="none: any that is public"),
        sa.Column("version", sa.SmallInteger, nullable=False, comment="links of an earlier version are void"),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_invitations_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["session_type"], ["session_types.code"], name="fk_invitations_session_type_session_types"
        ),
    )
    op.create_index(
        "uq_invitations_case_id",
        "invitations",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index("ix_invitations_person", "invitations", ["person"])
    op.create_table(
        "contacts",
        sa.Column("invitation_id", sa.Uuid, nullable=False),
        sa.Column("email", sa.Text, comment="personal; erased after erase_after"),
        sa.Column("phone", sa.Text, comment="personal; erased after erase_after"),
        sa.Column("language", sa.Text, nullable=False),
        _moment("erase_after"),
        sa.PrimaryKeyConstraint("invitation_id", name="pk_contacts"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name="fk_contacts_invitation_id_invitations", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_contacts_erase_after", "contacts", ["erase_after"])


def _sessions() -> None:
    for column in (
        sa.Column("person", sa.Uuid, comment="the applicant, or the id of the one invited"),
        sa.Column("invitation_id", sa.Uuid),
        sa.Column("session_type", sa.Text, nullable=False, server_default="guidance"),
        sa.Column("protected", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("moves", sa.SmallInteger, nullable=False, server_default="0", comment="how often it was moved"),
        _moment("moved_at", nullable=True),
        _moment("settled_at", nullable=True),
        sa.Column("room", sa.Text, comment="unguessable; fresh for each booking and move"),
    ):
        op.add_column("sessions", column)
    op.execute("UPDATE sessions SET person = cases.applicant FROM cases WHERE cases.id = case_id")
    op.alter_column("sessions", "person", nullable=False)
    op.alter_column("sessions", "case_id", nullable=True)
    op.create_foreign_key(
        "fk_sessions_session_type_session_types", "sessions", "session_types", ["session_type"], ["code"]
    )
    op.create_foreign_key("fk_sessions_invitation_id_invitations", "sessions", "invitations", ["invitation_id"], ["id"])
    op.drop_constraint("ck_sessions_status", "sessions")
    op.create_check_constraint(
        "ck_sessions_status", "sessions", "status IN ('offered', 'booked', 'cancelled', 'held', 'no_show')"
    )
    op.create_check_constraint(
        "ck_sessions_settled", "sessions", "(status IN ('held', 'no_show')) = (settled_at IS NOT NULL)"
    )
    op.create_check_constraint("ck_sessions_matter", "sessions", "case_id IS NOT NULL OR invitation_id IS NOT NULL")
    op.create_check_constraint("ck_sessions_protected_by_phone", "sessions", "NOT protected OR channel = 'phone'")
    _constrain("person", _HOLDS)
    op.drop_index("ix_sessions_load", "sessions")
    op.create_index(
        "ix_sessions_load", "sessions", ["counsellor", "starts_at"], postgresql_where=sa.text("status <> 'cancelled'")
    )
    op.create_index(
        "ix_sessions_person", "sessions", ["person", "starts_at"], postgresql_where=sa.text("status <> 'cancelled'")
    )
    op.create_index("ix_sessions_invitation_id", "sessions", ["invitation_id"])


def _constrain(who: str, holds: str) -> None:
    """Nobody is in two places at once: neither the counsellor nor the one who is guided."""
    for name in ("no_double_booking", "one_session_at_a_time"):
        op.drop_constraint(name, "sessions")
    op.execute(f"""
        ALTER TABLE sessions
        ADD CONSTRAINT no_double_booking EXCLUDE USING gist (counsellor WITH =, occupied WITH &&) WHERE ({holds}),
        ADD CONSTRAINT one_session_at_a_time
            EXCLUDE USING gist ({who} WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE ({holds})
    """)


def _undo_sessions() -> None:
    op.execute("DELETE FROM sessions WHERE case_id IS NULL OR status = 'offered'")
    for name in ("status", "settled", "matter", "protected_by_phone"):
        op.drop_constraint(f"ck_sessions_{name}", "sessions")
    op.execute("UPDATE sessions SET status = 'booked' WHERE status IN ('held', 'no_show')")
    op.create_check_constraint("ck_sessions_status", "sessions", "status IN ('booked', 'cancelled')")
    booked = "status = 'booked'"
    _constrain("case_id", booked)
    for name in ("load", "person", "invitation_id"):
        op.drop_index(f"ix_sessions_{name}", "sessions")
    op.create_index("ix_sessions_load", "sessions", ["counsellor", "starts_at"], postgresql_where=sa.text(booked))
    for column in (
        "person", "invitation_id", "session_type", "protected", "moves", "moved_at", "settled_at", "room",
    ):  # fmt: skip
        op.drop_column("sessions", column)
    op.alter_column("sessions", "case_id", nullable=False)
