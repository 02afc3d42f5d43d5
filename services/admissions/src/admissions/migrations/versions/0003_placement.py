"""Quotas, test points, seeds and run records."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_ABOUT_CHOICES = (
    sa.Column("merit", sa.Integer(), nullable=False, comment="tenths; points of the offering's skill test included"),
    sa.Column("quota", sa.Text(), comment="whose seat it is, or for a reserve which quota one is entitled to"),
    sa.Column("queue_before", sa.Integer(), comment="in the binding round before"),
    sa.Column("ahead_admitted", sa.Integer(), comment="of those ahead in the queue before: admitted here since"),
    sa.Column("ahead_left", sa.Integer(), comment="of those ahead in the queue before: left it in other ways"),
)
_ADDED: dict[str, tuple[sa.Column[Any], ...]] = {
    "offerings": (
        sa.Column("terms", postgresql.JSONB(), comment="skill test, quotas, introduction programme; as published"),
    ),
    "runs": (
        sa.Column("commitment", sa.Text(), comment="to the seed, made before the run"),
        sa.Column("salt", sa.Text(), comment="commitment is SHA-256 of seed:salt"),
    ),
    "run_offerings": (
        sa.Column("introduction", sa.Text(), comment="IMV or IMY"),
        sa.Column(
            "last_merit",
            sa.Integer(),
            comment="tenths; of the one last admitted without quota, test points included",
        ),
    ),
    "decisions": _ABOUT_CHOICES,
    "places": (sa.Column("quota", sa.Text(), comment="whose seat it is, when a quota's"),),
}


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column)
    _create_reports()
    op.create_table(
        "seeds",
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False, comment="shown to nobody before the round has run"),
        sa.Column("salt", sa.Text(), nullable=False, comment="makes the commitment impossible to guess back"),
        sa.Column("commitment", sa.Text(), nullable=False, comment="SHA-256 of seed:salt, published when made"),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("intake_year", "round", name=op.f("pk_seeds")),
    )
    op.create_table(
        "run_inputs",
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column(
            "content", sa.LargeBinary(), nullable=False, comment="the whole input, as adapters/snapshots.py packs it"
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.run"], name=op.f("fk_run_inputs_run_runs")),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_run_inputs")),
    )
    # compressed already: PostgreSQL need not try once more
    op.execute("ALTER TABLE run_inputs ALTER COLUMN content SET STORAGE EXTERNAL")


def _create_reports() -> None:
    """What municipalities report of skill tests and free quotas."""
    for table, said in (
        ("test_results", sa.Column("result", sa.Text(), nullable=False, comment="as on the scale of the offering")),
        ("free_quota", sa.Column("granted", sa.Boolean(), nullable=False)),
    ):
        op.create_table(
            table,
            sa.Column("intake_year", sa.Integer(), nullable=False),
            sa.Column("applicant_id", sa.Uuid(), nullable=False),
            sa.Column("offering", sa.Text(), nullable=False),
            sa.Column("revision", sa.Integer(), nullable=False),
            said,
            sa.Column("decided_on", sa.Date(), nullable=False),
            sa.PrimaryKeyConstraint("intake_year", "applicant_id", "offering", name=op.f(f"pk_{table}")),
        )


def downgrade() -> None:
    for table in ("run_inputs", "seeds", "free_quota", "test_results"):
        op.drop_table(table)
    for table, columns in reversed(_ADDED.items()):
        for column in reversed(columns):
            op.drop_column(table, column.name)
