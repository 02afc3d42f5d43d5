"""Reception as a decision of its own, opinions, reminders of unanswered offers, start and stop notices."""

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "opinions",
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False, comment="counts when it is the applicant's home municipality"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "special_reasons", sa.Boolean(), nullable=False, comment="the municipality finds that there are some"
        ),
        sa.Column(
            "not_offered",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="programmes it can't offer this applicant",
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("intake_year", "applicant_id", "given_by", name=op.f("pk_opinions")),
    )
    op.create_table(
        "receptions",
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("offering", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="from 1; 0 is what the rules propose"),
        sa.Column("hand", sa.SmallInteger(), nullable=False, comment="1 first hand, 2 second hand"),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="may be personal; never leaves in an event"),
        sa.Column("source", sa.Text(), nullable=False, comment="organiser, office or appeal"),
        sa.Column(
            "decided_by",
            sa.Text(),
            nullable=False,
            comment="the caller's subject, or the municipality that reported",
        ),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), comment="of the organiser's report, when one brought it"),
        sa.CheckConstraint("source IN ('organiser', 'office', 'appeal')", name=op.f("ck_receptions_source")),
        sa.PrimaryKeyConstraint("intake_year", "applicant_id", "offering", "version", name=op.f("pk_receptions")),
    )
    for column in _of_places():
        op.add_column("places", column)


def _of_places() -> tuple[sa.Column[datetime], sa.Column[date], sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("reminded_at", sa.DateTime(timezone=True), comment="that the last day to answer comes near"),
        sa.Column("started_on", sa.Date(), comment="as the school has notified"),
        sa.Column(
            "start_revision", sa.Integer(), nullable=False, server_default="0", comment="of the last start notice"
        ),
        sa.Column("stop_revision", sa.Integer(), nullable=False, server_default="0", comment="of the last stop notice"),
    )


def downgrade() -> None:
    for column in reversed(_of_places()):
        op.drop_column("places", column.name)
    op.drop_table("receptions")
    op.drop_table("opinions")
