"""What operations staff did, and what they need for following an event."""

from alembic import op

from shared.tables import create_operations, drop_operations

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables of operations."""
    create_operations(op)


def downgrade() -> None:
    """Drop them."""
    drop_operations(op)
