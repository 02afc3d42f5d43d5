"""Where counsellors want news of their shifts mailed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add it; nobody is mailed before they have asked for it."""
    op.create_table(
        "shift_mail",
        sa.Column("counsellor", sa.Uuid, nullable=False),
        sa.Column("address", sa.Text, nullable=False, comment="work data; erased when no longer wanted"),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("try_after", sa.DateTime(timezone=True), comment="after a letter that could not be sent"),
        sa.CheckConstraint("language IN ('sv', 'en')", name="ck_shift_mail_language"),
        sa.ForeignKeyConstraint(
            ["counsellor"],
            ["counsellors.counsellor"],
            name="fk_shift_mail_counsellor_counsellors",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("counsellor", name="pk_shift_mail"),
    )
    op.add_column("shift_notices", sa.Column("mailed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("shift_notices", "mailed_at")
    op.drop_table("shift_mail")
