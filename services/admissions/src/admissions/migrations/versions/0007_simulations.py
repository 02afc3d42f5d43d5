"""Simulations, in tables of their own, and rounds asked for by a page."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0007"
down_revision = "0006"

_MOMENT = sa.DateTime(timezone=True)
_STATUS = "status IN ('waiting', 'running', 'done', 'refused')"


def upgrade() -> None:
    """Create the tables."""
    _simulations()
    _decided()
    _requests()


def downgrade() -> None:
    """Drop them."""
    for table in ("round_requests", "simulated_decisions", "simulated_offerings", "simulations"):
        op.drop_table(table)


def _simulations() -> None:
    op.create_table(
        "simulations",
        sa.Column("simulation", sa.Uuid, nullable=False),
        sa.Column("intake_year", sa.Integer, nullable=False),
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("basis_run", sa.Uuid, comment="whose input it is made of; null: the data of the day"),
        sa.Column("changes", pg.JSONB, nullable=False, comment="seats, added, closed, dates"),
        sa.Column("compared_with", sa.Uuid, comment="a run, or the simulation of the same data unchanged"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False, comment="the caller's subject in the token"),
        sa.Column("begun_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("refusal", pg.JSONB, comment="code and what it is about"),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("engine", sa.Text),
        sa.Column("rules", sa.Text, comment="version, before dates were moved"),
        sa.Column("decisions_hash", sa.Text),
        sa.Column("seats", sa.Integer),
        sa.Column("applicants", sa.Integer),
        sa.Column("admitted", sa.Integer),
        sa.Column("reserves", sa.Integer),
        sa.Column("ineligible", sa.Integer),
        sa.CheckConstraint(_STATUS, name=op.f("ck_simulations_status")),
        sa.ForeignKeyConstraint(["basis_run"], ["runs.run"], name=op.f("fk_simulations_basis_run_runs")),
        sa.PrimaryKeyConstraint("simulation", name=op.f("pk_simulations")),
    )
    op.create_index("ix_simulations_intake_year_asked_at", "simulations", ["intake_year", "asked_at"])


def _decided() -> None:
    for table, columns, key in (
        (
            "simulated_offerings",
            (
                sa.Column("offering", sa.Text, nullable=False),
                sa.Column("municipality", sa.Text, nullable=False),
                sa.Column("programme", sa.Text, nullable=False),
                sa.Column("seats", sa.Integer, nullable=False),
            ),
            ("offering",),
        ),
        (
            "simulated_decisions",
            (
                sa.Column("applicant_id", sa.Uuid, nullable=False),
                sa.Column("rank", sa.SmallInteger, nullable=False),
                sa.Column("offering", sa.Text, nullable=False),
                sa.Column("hand", sa.SmallInteger, nullable=False, comment="1 first hand, 2 second hand"),
                sa.Column("outcome", sa.Text, nullable=False),
                sa.Column("queue", sa.Integer),
                sa.Column("reason", sa.Text, nullable=False),
                sa.Column(
                    "merit",
                    sa.Integer,
                    nullable=False,
                    comment="tenths; points of the offering's skill test included",
                ),
                sa.Column("quota", sa.Text),
            ),
            ("applicant_id", "rank"),
        ),
    ):
        op.create_table(
            table,
            sa.Column("simulation", sa.Uuid, nullable=False),
            *columns,
            sa.ForeignKeyConstraint(
                ["simulation"],
                ["simulations.simulation"],
                name=op.f(f"fk_{table}_simulation_simulations"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("simulation", *key, name=op.f(f"pk_{table}")),
        )


def _requests() -> None:
    op.create_table(
        "round_requests",
        sa.Column("request", sa.Uuid, nullable=False),
        sa.Column("intake_year", sa.Integer, nullable=False),
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("step", sa.Text, comment="what is being done: read, decide, write"),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False, comment="the caller's subject in the token"),
        sa.Column("begun_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("run", sa.Uuid, comment="what came of it"),
        sa.Column("refusal", pg.JSONB, comment="code, and what the verifier found"),
        sa.CheckConstraint(_STATUS, name=op.f("ck_round_requests_status")),
        sa.ForeignKeyConstraint(["run"], ["runs.run"], name=op.f("fk_round_requests_run_runs")),
        sa.PrimaryKeyConstraint("request", name=op.f("pk_round_requests")),
    )
    op.create_index("ix_round_requests_intake_year_asked_at", "round_requests", ["intake_year", "asked_at"])
    op.create_index(
        "uq_round_requests_intake_year_under_way",
        "round_requests",
        ["intake_year"],
        unique=True,
        postgresql_where=sa.text("status IN ('waiting', 'running')"),
    )
