"""Pricing's own tables, beside the plumbing's. Amounts are whole öre."""

import sqlalchemy as sa

from shared.tables import metadata

METADATA = metadata()
# What is settled is never changed: a trigger on these tables, made by the migration, refuses it.
UNCHANGEABLE = ("price_lists", "prices", "missing_reports", "settlements", "settlement_lines")

_ITEMS = ("teaching", "learning_tools", "pupil_health", "meals", "administration", "premises")

cost_bases = sa.Table(
    "cost_bases",
    METADATA,
    sa.Column("price_year", sa.Integer, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("programme", sa.Text, primary_key=True),
    sa.Column("pupils", sa.Integer, nullable=False),
    *(sa.Column(item, sa.BigInteger, nullable=False, comment="öre a year for all pupils") for item in _ITEMS),
    sa.Column("revision", sa.BigInteger, nullable=False, comment="the municipality's own count"),
    sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("pupils > 0", name="pupils"),
)

offered = sa.Table(
    "offered",
    METADATA,
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("offering", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("programme", sa.Text, comment="null when the first we heard is that it is withdrawn"),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="the catalogue's count"),
)

price_lists = sa.Table(
    "price_lists",
    METADATA,
    sa.Column("price_year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("frozen_on", sa.Date, nullable=False, comment="the day the region counts as the freeze"),
    sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False, comment="when it was done"),
)

prices = sa.Table(
    "prices",
    METADATA,
    sa.Column("price_year", sa.Integer, sa.ForeignKey("price_lists.price_year"), primary_key=True),
    sa.Column("programme", sa.Text, primary_key=True),
    sa.Column("yearly_ore", sa.BigInteger, nullable=False),
    sa.Column("pupils", sa.Integer, nullable=False, comment="how many stand behind the mean"),
    sa.Column("estimated", sa.Boolean, nullable=False, comment="from the national price list, nobody reported"),
)

missing_reports = sa.Table(
    "missing_reports",
    METADATA,
    sa.Column("price_year", sa.Integer, sa.ForeignKey("price_lists.price_year"), primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("programme", sa.Text, primary_key=True, comment="empty when nothing at all was reported"),
)

placements = sa.Table(
    "placements",
    METADATA,
    sa.Column("applicant", sa.Uuid, primary_key=True),
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("offering", sa.Text, primary_key=True),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("payer", sa.Text, nullable=False, comment="home municipality"),
    sa.Column("payee", sa.Text, nullable=False, comment="the school's municipality"),
    sa.Column("accepted_at", sa.DateTime(timezone=True), comment="when the latest acceptance was said"),
    sa.Column("starts_on", sa.Date),
    sa.Column("vacated_at", sa.DateTime(timezone=True), comment="when the latest vacation was said"),
    sa.Column("vacated_on", sa.Date, comment="the first day on which the place is not held"),
    sa.Index("ix_placements_starts_on", "starts_on"),
)

settlements = sa.Table(
    "settlements",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("month", sa.Text, nullable=False, comment="YYYY-MM"),
    sa.Column("payer", sa.Text, nullable=False),
    sa.Column("payee", sa.Text, nullable=False),
    sa.Column("amount_ore", sa.BigInteger, nullable=False),
    sa.Column("pupils", sa.Integer, nullable=False),
    sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("month", "payer", "payee"),
    sa.CheckConstraint("payer <> payee", name="pair"),
)

settlement_lines = sa.Table(
    "settlement_lines",
    METADATA,
    sa.Column("month", sa.Text, primary_key=True, comment="with the applicant: nobody is charged twice for a month"),
    sa.Column("applicant", sa.Uuid, primary_key=True),
    sa.Column("settlement", sa.Uuid, sa.ForeignKey("settlements.id"), nullable=False),
    sa.Column("intake_year", sa.Integer, nullable=False),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("price_year", sa.Integer, nullable=False),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("amount_ore", sa.BigInteger, nullable=False),
    sa.ForeignKeyConstraint(
        ["applicant", "intake_year", "offering"],
        ["placements.applicant", "placements.intake_year", "placements.offering"],
    ),
    sa.ForeignKeyConstraint(["price_year", "programme"], ["prices.price_year", "prices.programme"]),
    sa.Index("ix_settlement_lines_settlement", "settlement"),
)

settled_months = sa.Table(
    "settled_months",
    METADATA,
    sa.Column("month", sa.Text, primary_key=True, comment="a month that has been run, with or without settlements"),
    sa.Column("first_run_at", sa.DateTime(timezone=True), nullable=False),
)

unmatched = sa.Table(
    "unmatched",
    METADATA,
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("applicant", sa.Uuid, primary_key=True),
    sa.Column("payer", sa.Text, primary_key=True),
    sa.Column("payee", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, primary_key=True),
    sa.Column("intake_year", sa.Integer, nullable=False),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("amount_ore", sa.BigInteger, comment="what the payer owes beyond what was issued; null without a price"),
)
