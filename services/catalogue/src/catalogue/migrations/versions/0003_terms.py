"""What an offering says beside its seats: skill test, quotas, introduction programme."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    comment = "skill test, quotas, introduction"
    terms = sa.Column("terms", postgresql.JSONB(), nullable=False, server_default="{}", comment=comment)
    op.add_column("offerings", terms)


def downgrade() -> None:
    op.drop_column("offerings", "terms")
