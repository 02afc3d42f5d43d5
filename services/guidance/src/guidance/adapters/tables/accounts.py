"""Which counsellor a token's subject is."""

import sqlalchemy as sa

from guidance.adapters.tables.registry import METADATA

counsellor_accounts = sa.Table(
    "counsellor_accounts",
    METADATA,
    sa.Column("subject", sa.Text, primary_key=True, comment="`sub` of the issuer's tokens"),
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor", ondelete="CASCADE"), nullable=False),
    sa.Index("ix_counsellor_accounts_counsellor", "counsellor"),
)
