"""The plumbing's tables, cost bases, price lists, placements and settlements."""

import sqlalchemy as sa
from alembic import op

from shared.tables import create_plumbing, drop_plumbing

revision = "0001"
down_revision = None

_TABLES = (
    "unmatched", "settled_months", "settlement_lines", "settlements", "placements", "missing_reports", "prices",
    "price_lists", "offered", "cost_bases",
)  # fmt: skip
_UNCHANGEABLE = ("price_lists", "prices", "missing_reports", "settlements", "settlement_lines")


def upgrade() -> None:
    create_plumbing(op)
    _create_reports()
    _create_prices()
    _create_placements()
    _create_settlements()
    _create_after_issue()
    _refuse_changes()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change()")
    drop_plumbing(op)


def _refuse_changes() -> None:
    """A frozen price list and an issued settlement stay as they are, whatever a later program tries."""
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
    """)
    for table in _UNCHANGEABLE:
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _create_reports() -> None:
    op.create_table(
        "cost_bases",
        sa.Column("price_year", sa.Integer, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("programme", sa.Text, primary_key=True),
        sa.Column("pupils", sa.Integer, nullable=False),
        sa.Column("teaching", sa.BigInteger, nullable=False, comment="öre a year for all pupils"),
        sa.Column("learning_tools", sa.BigInteger, nullable=False, comment="öre a year for all pupils"),
        sa.Column("pupil_health", sa.BigInteger, nullable=False, comment="öre a year for all pupils"),
        sa.Column("meals", sa.BigInteger, nullable=False, comment="öre a year for all pupils"),
        sa.Column("administration", sa.BigInteger, nullable=False, comment="öre a year for all pupils"),
        sa.Column("premises", sa.BigInteger, nullable=False, comment="öre a year for all pupils"),
        sa.Column("revision", sa.BigInteger, nullable=False, comment="the municipality's own count"),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pupils > 0", name="pupils"),
    )
    op.create_table(
        "offered",
        sa.Column("intake_year", sa.Integer, primary_key=True),
        sa.Column("offering", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, comment="null when the first we heard is that it is withdrawn"),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, comment="the catalogue's count"),
    )


def _create_prices() -> None:
    op.create_table(
        "price_lists",
        sa.Column("price_year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("frozen_on", sa.Date, nullable=False, comment="the day the region counts as the freeze"),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False, comment="when it was done"),
    )
    op.create_table(
        "prices",
        sa.Column("price_year", sa.Integer, sa.ForeignKey("price_lists.price_year"), primary_key=True),
        sa.Column("programme", sa.Text, primary_key=True),
        sa.Column("yearly_ore", sa.BigInteger, nullable=False),
        sa.Column("pupils", sa.Integer, nullable=False, comment="how many stand behind the mean"),
        sa.Column("estimated", sa.Boolean, nullable=False, comment="from the national price list, nobody reported"),
    )
    op.create_table(
        "missing_reports",
        sa.Column("price_year", sa.Integer, sa.ForeignKey("price_lists.price_year"), primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("programme", sa.Text, primary_key=True, comment="empty when nothing at all was reported"),
    )


def _create_placements() -> None:
    op.create_table(
        "placements",
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


def _create_settlements() -> None:
    op.create_table(
        "settlements",
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
    op.create_table(
        "settlement_lines",
        sa.Column(
            "month", sa.Text, primary_key=True, comment="with the applicant: nobody is charged twice for a month"
        ),
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


def _create_after_issue() -> None:
    op.create_table(
        "settled_months",
        sa.Column("month", sa.Text, primary_key=True, comment="a month that has been run, with or without settlements"),
        sa.Column("first_run_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "unmatched",
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("applicant", sa.Uuid, primary_key=True),
        sa.Column("payer", sa.Text, primary_key=True),
        sa.Column("payee", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, primary_key=True),
        sa.Column("intake_year", sa.Integer, nullable=False),
        sa.Column("offering", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column(
            "amount_ore", sa.BigInteger, comment="what the payer owes beyond what was issued; null without a price"
        ),
    )
