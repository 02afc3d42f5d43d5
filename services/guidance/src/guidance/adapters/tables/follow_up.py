"""Follow-up cases, and what was done in them."""

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
    sa.Column("outcome", sa.Text),
    sa.Column("counsellor", sa.Uuid, sa.ForeignKey("counsellors.counsellor"), comment="in charge; none: nobody yet"),
    sa.Column("guided_at", sa.DateTime(timezone=True), comment="when the first held session was known of"),
    sa.Column("next_step", sa.Text),
    sa.Column("next_step_due", sa.Date),
    sa.UniqueConstraint("applicant", "intake_year"),
    sa.CheckConstraint("status IN ('none', 'open', 'closed')", name="status"),
    sa.CheckConstraint("status = 'none' OR opened_at IS NOT NULL AND unplaced_round IS NOT NULL", name="opened"),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    sa.CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="outcome"),
    sa.CheckConstraint("(next_step IS NULL) = (next_step_due IS NULL)", name="next_step"),
    # Listings and counts pass over those who never needed a case, the many.
    sa.Index("ix_cases_opened_at_id", "opened_at", "id", postgresql_where=sa.text("status <> 'none'")),
    sa.Index("ix_cases_open", "home_municipality", postgresql_where=sa.text("status = 'open'")),
    sa.Index("ix_cases_counsellor", "counsellor", postgresql_where=sa.text("status = 'open'")),
    sa.Index("ix_cases_closed_at", "closed_at"),
)

case_contacts = sa.Table(
    "case_contacts",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("way", sa.Text, nullable=False),
    sa.Column("reached", sa.Text, nullable=False),
    sa.Column("counsellor", sa.Uuid, comment="who contacted; none: staff who are no counsellors"),
    sa.Column("next_step", sa.Text),
    sa.Column("next_step_due", sa.Date),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("ix_case_contacts_case_id_at", "case_id", "at"),
)

case_history = sa.Table(
    "case_history",
    METADATA,
    sa.Column("position", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("by_counsellor", sa.Uuid, comment="none: admissions' word, a schedule, or staff who are no counsellors"),
    sa.Column("counsellor", sa.Uuid, comment="in charge from then on"),
    sa.Column("outcome", sa.Text),
    sa.Column("reason", sa.Text, comment="a few words of the one who did it; never exported"),
    sa.CheckConstraint("kind IN ('opened', 'assigned', 'handed_over', 'guided', 'closed')", name="kind"),
    sa.Index("ix_case_history_case_id", "case_id", "position"),
)
