"""Follow-up cases."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from guidance.adapters.tables.registry import METADATA

cases = sa.Table(
    "cases",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("applicant", sa.Uuid, nullable=False, comment="pseudonymous; guidance knows no names"),
    sa.Column("intake_year", sa.Integer, nullable=False),
    sa.Column("home_municipality", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False, comment="none: placed before any need of a case was heard of"),
    sa.Column("cause", sa.Text),
    sa.Column("missing_subjects", pg.ARRAY(sa.Text)),
    sa.Column("open_programmes", pg.ARRAY(sa.Text)),
    sa.Column("unplaced_round", sa.SmallInteger, comment="0 preliminary, 1 final, 2 reserve-1, …"),
    sa.Column("unplaced_at", sa.DateTime(timezone=True)),
    sa.Column("admitted_round", sa.SmallInteger),
    sa.Column("accepted_at", sa.DateTime(timezone=True)),
    sa.Column("opened_at", sa.DateTime(timezone=True)),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.UniqueConstraint("applicant", "intake_year"),
    sa.CheckConstraint("status IN ('none', 'open', 'closed')", name="status"),
    sa.CheckConstraint("status = 'none' OR opened_at IS NOT NULL AND unplaced_round IS NOT NULL", name="opened"),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    # Listings and counts pass over those who never needed a case, the many.
    sa.Index("ix_cases_opened_at_id", "opened_at", "id", postgresql_where=sa.text("status <> 'none'")),
    sa.Index("ix_cases_open", "home_municipality", postgresql_where=sa.text("status = 'open'")),
)
