"""The rota: layers, overrides, swaps, and the shifts that follow from them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from guidance.adapters.tables.registry import METADATA


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _counsellor(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, sa.ForeignKey("counsellors.counsellor"), nullable=nullable)


rotas = sa.Table(
    "rotas",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False, comment="counts every change; two at once never overwrite"),
    _moment("planned_until", nullable=True),
)

rota_layers = sa.Table(
    "rota_layers",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("rota", sa.Uuid, sa.ForeignKey("rotas.id", ondelete="CASCADE"), nullable=False),
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
    sa.CheckConstraint("handover IN ('daily', 'weekly')", name="handover"),
    sa.Index("ix_rota_layers_rota", "rota"),
)

rota_overrides = sa.Table(
    "rota_overrides",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("rota", sa.Uuid, sa.ForeignKey("rotas.id", ondelete="CASCADE"), nullable=False),
    _counsellor("removes", nullable=True),
    _counsellor("adds", nullable=True),
    _moment("starts_at"),
    _moment("ends_at"),
    _moment("made_at"),
    sa.CheckConstraint("starts_at < ends_at", name="forwards"),
    sa.CheckConstraint("removes IS DISTINCT FROM adds", name="somebody"),
    sa.Index("ix_rota_overrides_rota", "rota", "ends_at"),
)

rota_swaps = sa.Table(
    "rota_swaps",
    METADATA,
    sa.Column("layer", sa.Uuid, primary_key=True, comment="the shift: stays when the layer's hours move"),
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("piece", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("rota", sa.Uuid, sa.ForeignKey("rotas.id", ondelete="CASCADE"), nullable=False),
    _counsellor("gives"),
    _counsellor("takes"),
    sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False, comment="as it was when agreed"),
    _moment("ends_at"),
    _moment("agreed_at"),
    sa.Index("ix_rota_swaps_rota", "rota"),
)

swap_offers = sa.Table(
    "swap_offers",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("rota", sa.Uuid, sa.ForeignKey("rotas.id", ondelete="CASCADE"), nullable=False),
    sa.Column("layer", sa.Uuid, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("piece", sa.Integer, nullable=False),
    _counsellor("offered_by"),
    sa.Column("asked", sa.Uuid, sa.ForeignKey("counsellors.counsellor"), comment="NULL asks all in the rota"),
    sa.Column("in_return", pg.JSONB, comment="[layer, turn, piece] wanted instead"),
    _moment("starts_at"),
    _moment("ends_at"),
    sa.Column("declined_by", pg.ARRAY(sa.Uuid), nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    _moment("made_at"),
    _counsellor("answered_by", nullable=True),
    _moment("answered_at", nullable=True),
    sa.CheckConstraint("status IN ('open', 'accepted', 'declined', 'withdrawn')", name="status"),
    sa.Index("ix_swap_offers_rota", "rota", "ends_at"),
    # a shift is offered once at a time
    sa.Index("uq_swap_offers_open", "layer", "turn", "piece", unique=True, postgresql_where=sa.text("status = 'open'")),
)

rota_shifts = sa.Table(
    "rota_shifts",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True, comment="derived from the shift, who has it and which part of it"),
    sa.Column("rota", sa.Uuid, sa.ForeignKey("rotas.id"), nullable=False),
    sa.Column("layer", sa.Uuid),
    sa.Column("turn", sa.Integer),
    sa.Column("piece", sa.Integer),
    sa.Column("override", sa.Uuid),
    _counsellor("counsellor"),
    sa.Column("counsellor_municipality", sa.Text, nullable=False, comment="as it was when planned"),
    _moment("starts_at"),
    _moment("ends_at"),
    sa.Column("revision", sa.Integer, nullable=False, comment="counts its changes, as SEQUENCE in calendars"),
    _moment("changed_at"),
    _moment("withdrawn_at", nullable=True),
    sa.CheckConstraint("starts_at < ends_at", name="forwards"),
    sa.CheckConstraint("(layer IS NULL) <> (override IS NULL)", name="origin"),
    sa.Index("ix_rota_shifts_rota_ends_at", "rota", "ends_at"),
    sa.Index(
        "ix_rota_shifts_busy",
        "counsellor",
        sa.text("tstzrange(starts_at, ends_at)"),
        postgresql_using="gist",
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    ),
)

handover_notes = sa.Table(
    "handover_notes",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("shift", sa.Uuid, sa.ForeignKey("rota_shifts.id"), nullable=False),
    _counsellor("author"),
    sa.Column("body", sa.Text, nullable=False, comment="for the next on duty; erased after a time"),
    _moment("written_at"),
    sa.Index("ix_handover_notes_shift", "shift"),
    sa.Index("ix_handover_notes_written_at", "written_at"),
)

shift_notices = sa.Table(
    "shift_notices",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    _moment("starts_at"),
    _moment("ends_at"),
    _moment("before_starts_at", nullable=True),
    _moment("before_ends_at", nullable=True),
    _moment("made_at"),
    _moment("read_at", nullable=True),
    _moment("mailed_at", nullable=True),
    sa.CheckConstraint(
        "kind IN ('shift_added', 'shift_moved', 'shift_withdrawn', 'swap_asked', 'swap_accepted', 'swap_declined', "
        "'swap_stray')",
        name="kind",
    ),
    sa.Index("ix_shift_notices_unread", "counsellor", "made_at", postgresql_where=sa.text("read_at IS NULL")),
)

shift_mail = sa.Table(
    "shift_mail",
    METADATA,
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor", ondelete="CASCADE"), primary_key=True),
    sa.Column("address", sa.Text, nullable=False, comment="work data; erased when no longer wanted"),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("try_after", sa.DateTime(timezone=True), comment="after a letter that could not be sent"),
    sa.CheckConstraint("language IN ('sv', 'en')", name="language"),
)
