"""Reception: what home municipalities say of applicants, and decisions that stand instead of what the rules propose."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from admissions.adapters.tables.registry import METADATA

_MOMENT = sa.DateTime(timezone=True)

opinions = sa.Table(
    "opinions",
    METADATA,
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("given_by", sa.Text, primary_key=True, comment="counts when it is the applicant's home municipality"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("special_reasons", sa.Boolean, nullable=False, comment="the municipality finds that there are some"),
    sa.Column("not_offered", pg.ARRAY(sa.Text), nullable=False, comment="programmes it can't offer this applicant"),
    sa.Column("given_at", _MOMENT, nullable=False),
)

# Only added to: the highest version is in force. What the rules propose is not kept here but with each run.
receptions = sa.Table(
    "receptions",
    METADATA,
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("offering", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, comment="from 1; 0 is what the rules propose"),
    sa.Column("hand", sa.SmallInteger, nullable=False, comment="1 first hand, 2 second hand"),
    sa.Column("ground", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, comment="may be personal; never leaves in an event"),
    sa.Column("source", sa.Text, nullable=False, comment="organiser, office or appeal"),
    sa.Column("decided_by", sa.Text, nullable=False, comment="the caller's subject, or the municipality that reported"),
    sa.Column("decided_on", sa.Date, nullable=False),
    sa.Column("recorded_at", _MOMENT, nullable=False),
    sa.Column("revision", sa.Integer, comment="of the organiser's report, when one brought it"),
    sa.CheckConstraint("source IN ('organiser', 'office', 'appeal')", name="source"),
)
