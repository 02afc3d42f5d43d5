"""The plumbing's tables and the offerings."""

import sqlalchemy as sa
from alembic import op

from shared.tables import create_plumbing, drop_plumbing

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_plumbing(op)
    op.create_table(
        "offerings",
        sa.Column("intake_year", sa.Integer, primary_key=True),
        sa.Column("offering", sa.Text(collation="C"), primary_key=True, comment="begins with the municipality's code"),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("orientation", sa.Text),
        sa.Column("school_unit", sa.Text, nullable=False),
        sa.Column("school_name", sa.Text, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, comment="the municipality's own count"),
        sa.Column("version", sa.Integer, nullable=False, comment="what the region has been told; 0 = nothing yet"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seats >= 0", name="seats"),
        sa.CheckConstraint("status IN ('offered', 'withdrawn')", name="status"),
    )
    op.create_index(
        "ix_offerings_intake_year_municipality_offering", "offerings", ["intake_year", "municipality", "offering"]
    )


def downgrade() -> None:
    op.drop_table("offerings")
    drop_plumbing(op)
