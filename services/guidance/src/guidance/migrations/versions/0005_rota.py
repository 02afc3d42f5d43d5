"""Accounts of counsellors, and the rota."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0005"
down_revision = "0004"


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create all."""
    _accounts()
    _rota()
    _swaps()
    _shifts()
    # Who is on duty cannot be booked.
    op.execute("""
        CREATE OR REPLACE VIEW unavailable AS
        SELECT counsellor, during FROM absences
        UNION ALL
        SELECT counsellor, tstzrange(starts_at, ends_at) FROM rota_shifts WHERE withdrawn_at IS NULL
    """)


def downgrade() -> None:
    """Drop all."""
    op.execute("CREATE OR REPLACE VIEW unavailable AS SELECT counsellor, during FROM absences")
    for table in (
        "shift_notices",
        "handover_notes",
        "rota_shifts",
        "swap_offers",
        "rota_swaps",
        "rota_overrides",
        "rota_layers",
        "rotas",
        "counsellor_accounts",
    ):
        op.drop_table(table)


def _accounts() -> None:
    op.create_table(
        "counsellor_accounts",
        sa.Column("subject", sa.Text, nullable=False, comment="`sub` of the issuer's tokens"),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_counsellor_accounts"),
        sa.ForeignKeyConstraint(
            ["counsellor"],
            ["counsellors.counsellor"],
            name="fk_counsellor_accounts_counsellor_counsellors",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_counsellor_accounts_counsellor", "counsellor_accounts", ["counsellor"])


def _rota() -> None:
    op.create_table(
        "rotas",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, comment="counts every change; two at once never overwrite"),
        _moment("planned_until", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_rotas"),
    )
    op.create_table(
        "rota_layers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("rota", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("participants", pg.ARRAY(sa.Uuid), nullable=False, comment="in the order they take turns"),
        sa.Column("handover", sa.Text, nullable=False),
        sa.Column("every", sa.SmallInteger, nullable=False, comment="days or weeks in a turn"),
        sa.Column("at", sa.SmallInteger, nullable=False, comment="minutes past midnight on the wall"),
        sa.Column("weekday", sa.SmallInteger, nullable=False, comment="0 is Monday"),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("windows", pg.JSONB, nullable=False, comment="[[weekday, begins, ends]] in minutes past midnight"),
        sa.Column("off_on_holidays", sa.Boolean, nullable=False),
        _moment("added_at"),
        sa.CheckConstraint("handover IN ('daily', 'weekly')", name="ck_rota_layers_handover"),
        sa.ForeignKeyConstraint(["rota"], ["rotas.id"], name="fk_rota_layers_rota_rotas", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_rota_layers"),
    )
    op.create_index("ix_rota_layers_rota", "rota_layers", ["rota"])
    op.create_table(
        "rota_overrides",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("rota", sa.Uuid, nullable=False),
        sa.Column("removes", sa.Uuid),
        sa.Column("adds", sa.Uuid),
        _moment("starts_at"),
        _moment("ends_at"),
        _moment("made_at"),
        sa.CheckConstraint("removes IS DISTINCT FROM adds", name="ck_rota_overrides_somebody"),
        sa.CheckConstraint("starts_at < ends_at", name="ck_rota_overrides_forwards"),
        sa.ForeignKeyConstraint(["adds"], ["counsellors.counsellor"], name="fk_rota_overrides_adds_counsellors"),
        sa.ForeignKeyConstraint(["removes"], ["counsellors.counsellor"], name="fk_rota_overrides_removes_counsellors"),
        sa.ForeignKeyConstraint(["rota"], ["rotas.id"], name="fk_rota_overrides_rota_rotas", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_rota_overrides"),
    )
    op.create_index("ix_rota_overrides_rota", "rota_overrides", ["rota", "ends_at"])


def _swaps() -> None:
    op.create_table(
        "rota_swaps",
        sa.Column("layer", sa.Uuid, nullable=False, comment="the shift: stays when the layer's hours move"),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("piece", sa.Integer, nullable=False),
        sa.Column("rota", sa.Uuid, nullable=False),
        sa.Column("gives", sa.Uuid, nullable=False),
        sa.Column("takes", sa.Uuid, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False, comment="as it was when agreed"),
        _moment("ends_at"),
        _moment("agreed_at"),
        sa.ForeignKeyConstraint(["gives"], ["counsellors.counsellor"], name="fk_rota_swaps_gives_counsellors"),
        sa.ForeignKeyConstraint(["rota"], ["rotas.id"], name="fk_rota_swaps_rota_rotas", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["takes"], ["counsellors.counsellor"], name="fk_rota_swaps_takes_counsellors"),
        sa.PrimaryKeyConstraint("layer", "turn", "piece", name="pk_rota_swaps"),
    )
    op.create_index("ix_rota_swaps_rota", "rota_swaps", ["rota"])
    op.create_table(
        "swap_offers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("rota", sa.Uuid, nullable=False),
        sa.Column("layer", sa.Uuid, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("piece", sa.Integer, nullable=False),
        sa.Column("offered_by", sa.Uuid, nullable=False),
        sa.Column("asked", sa.Uuid, comment="NULL asks all in the rota"),
        sa.Column("in_return", pg.JSONB, comment="[layer, turn, piece] wanted instead"),
        _moment("starts_at"),
        _moment("ends_at"),
        sa.Column("declined_by", pg.ARRAY(sa.Uuid), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        _moment("made_at"),
        sa.Column("answered_by", sa.Uuid),
        _moment("answered_at", nullable=True),
        sa.CheckConstraint("status IN ('open', 'accepted', 'declined', 'withdrawn')", name="ck_swap_offers_status"),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["counsellors.counsellor"], name="fk_swap_offers_answered_by_counsellors"
        ),
        sa.ForeignKeyConstraint(["asked"], ["counsellors.counsellor"], name="fk_swap_offers_asked_counsellors"),
        sa.ForeignKeyConstraint(
            ["offered_by"], ["counsellors.counsellor"], name="fk_swap_offers_offered_by_counsellors"
        ),
        sa.ForeignKeyConstraint(["rota"], ["rotas.id"], name="fk_swap_offers_rota_rotas", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_swap_offers"),
    )
    op.create_index("ix_swap_offers_rota", "swap_offers", ["rota", "ends_at"])
    op.create_index(
        "uq_swap_offers_open",
        "swap_offers",
        ["layer", "turn", "piece"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )


def _shifts() -> None:
    op.create_table(
        "rota_shifts",
        sa.Column("id", sa.Uuid, nullable=False, comment="derived from the shift, who has it and which part of it"),
        sa.Column("rota", sa.Uuid, nullable=False),
        sa.Column("layer", sa.Uuid),
        sa.Column("turn", sa.Integer),
        sa.Column("piece", sa.Integer),
        sa.Column("override", sa.Uuid),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.Column("counsellor_municipality", sa.Text, nullable=False, comment="as it was when planned"),
        _moment("starts_at"),
        _moment("ends_at"),
        sa.Column("revision", sa.Integer, nullable=False, comment="counts its changes, as SEQUENCE in calendars"),
        _moment("changed_at"),
        _moment("withdrawn_at", nullable=True),
        sa.CheckConstraint("(layer IS NULL) <> (override IS NULL)", name="ck_rota_shifts_origin"),
        sa.CheckConstraint("starts_at < ends_at", name="ck_rota_shifts_forwards"),
        sa.ForeignKeyConstraint(
            ["counsellor"], ["counsellors.counsellor"], name="fk_rota_shifts_counsellor_counsellors"
        ),
        sa.ForeignKeyConstraint(["rota"], ["rotas.id"], name="fk_rota_shifts_rota_rotas"),
        sa.PrimaryKeyConstraint("id", name="pk_rota_shifts"),
    )
    op.create_index(
        "ix_rota_shifts_busy",
        "rota_shifts",
        ["counsellor", sa.text("tstzrange(starts_at, ends_at)")],
        postgresql_using="gist",
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index("ix_rota_shifts_rota_ends_at", "rota_shifts", ["rota", "ends_at"])
    op.create_table(
        "handover_notes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("shift", sa.Uuid, nullable=False),
        sa.Column("author", sa.Uuid, nullable=False),
        sa.Column("body", sa.Text, nullable=False, comment="for the next on duty; erased after a time"),
        _moment("written_at"),
        sa.ForeignKeyConstraint(["author"], ["counsellors.counsellor"], name="fk_handover_notes_author_counsellors"),
        sa.ForeignKeyConstraint(["shift"], ["rota_shifts.id"], name="fk_handover_notes_shift_rota_shifts"),
        sa.PrimaryKeyConstraint("id", name="pk_handover_notes"),
    )
    op.create_index("ix_handover_notes_shift", "handover_notes", ["shift"])
    op.create_index("ix_handover_notes_written_at", "handover_notes", ["written_at"])
    op.create_table(
        "shift_notices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        _moment("starts_at"),
        _moment("ends_at"),
        _moment("before_starts_at", nullable=True),
        _moment("before_ends_at", nullable=True),
        _moment("made_at"),
        _moment("read_at", nullable=True),
        sa.CheckConstraint(
            "kind IN ('shift_added', 'shift_moved', 'shift_withdrawn', 'swap_asked', 'swap_accepted', 'swap_declined', "
            "'swap_stray')",
            name="ck_shift_notices_kind",
        ),
        sa.ForeignKeyConstraint(
            ["counsellor"],
            ["counsellors.counsellor"],
            name="fk_shift_notices_counsellor_counsellors",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shift_notices"),
    )
    op.create_index(
        "ix_shift_notices_unread",
        "shift_notices",
        ["counsellor", "made_at"],
        postgresql_where=sa.text("read_at IS NULL"),
    )
