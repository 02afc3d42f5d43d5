"""Links for people without an account, their place on the waitlist, and the messages they are sent."""

import sqlalchemy as sa

from guidance.adapters.tables.registry import METADATA

_WAITING = sa.text("status IN ('waiting', 'offered')")

invitations = sa.Table(
    "invitations",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person", sa.Uuid, nullable=False, comment="the applicant, or an id made for one without a case"),
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id")),
    sa.Column("home_municipality", sa.Text, nullable=False),
    sa.Column("protected", sa.Boolean, nullable=False, comment="protected identity: by phone only, no messages"),
    sa.Column("session_type", sa.Text, sa.ForeignKey("session_types.code"), comment="none: any that is public"),
    sa.Column("version", sa.SmallInteger, nullable=False, comment="links of an earlier version are void"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("revoked_at", sa.DateTime(timezone=True)),
    sa.Index("uq_invitations_case_id", "case_id", unique=True, postgresql_where=sa.text("revoked_at IS NULL")),
    sa.Index("ix_invitations_person", "person"),
)

contacts = sa.Table(
    "contacts",
    METADATA,
    sa.Column("invitation_id", sa.Uuid, sa.ForeignKey("invitations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("email", sa.Text, comment="personal; erased after erase_after"),
    sa.Column("phone", sa.Text, comment="personal; erased after erase_after"),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("erase_after", sa.DateTime(timezone=True), nullable=False),
    sa.Index("ix_contacts_erase_after", "erase_after"),
)

waitlist = sa.Table(
    "waitlist",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("place", sa.BigInteger, sa.Identity(), nullable=False, comment="who came first is offered first"),
    sa.Column("invitation_id", sa.Uuid, sa.ForeignKey("invitations.id", ondelete="CASCADE"), nullable=False),
    sa.Column("session_type", sa.Text, sa.ForeignKey("session_types.code"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor", ondelete="CASCADE"), comment="none: any"),
    sa.Column("language", sa.Text, comment="none: any"),
    sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
    sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
    sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.CheckConstraint("status IN ('waiting', 'offered', 'taken', 'left', 'expired')", name="status"),
    sa.CheckConstraint("not_before < not_after", name="forwards"),
    sa.Index("ix_waitlist_waiting", "place", postgresql_where=sa.text("status = 'waiting'")),
    sa.Index("uq_waitlist_invitation_id", "invitation_id", unique=True, postgresql_where=_WAITING),
)

offers = sa.Table(
    "offers",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True, comment="the session's, once taken"),
    sa.Column("waitlist_id", sa.Uuid, sa.ForeignKey("waitlist.id", ondelete="CASCADE"), nullable=False),
    sa.Column("counsellor", sa.Uuid, nullable=False),
    sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.CheckConstraint("outcome IN ('open', 'taken', 'declined', 'lapsed')", name="outcome"),
    sa.Index("ix_offers_open", "until", postgresql_where=sa.text("outcome = 'open'")),
    sa.Index("ix_offers_waitlist_id", "waitlist_id"),
)

notices = sa.Table(
    "notices",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("invitation_id", sa.Uuid, sa.ForeignKey("invitations.id", ondelete="CASCADE"), nullable=False),
    sa.Column("session_id", sa.Uuid),
    sa.Column("moves", sa.SmallInteger, nullable=False, comment="of the session when this was written down"),
    sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("claimed_until", sa.DateTime(timezone=True)),
    sa.Column("done_at", sa.DateTime(timezone=True)),
    sa.Column("outcome", sa.Text, comment="sent, void (no longer true, or nobody to tell) or failed"),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.CheckConstraint("outcome IN ('sent', 'void', 'failed')", name="outcome"),
    sa.CheckConstraint("(outcome IS NULL) = (done_at IS NULL)", name="done"),
    sa.Index("ix_notices_waiting", "send_at", postgresql_where=sa.text("done_at IS NULL")),
)
