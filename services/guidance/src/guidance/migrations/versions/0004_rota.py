"""Accounts of counsellors, rota and calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create all."""
    _accounts()


def downgrade() -> None:
    """Drop all."""
    op.drop_table("counsellor_accounts")


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
