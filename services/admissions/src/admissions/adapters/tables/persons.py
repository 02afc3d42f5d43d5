"""What is known of persons beside their applications: where they live, how they are protected, who looked them up,
and what they know or have completed beside their grades.

The identity number itself stands in the rows of `applications` and `adult_applications`, written there at the rate a
whole year group is sent in; `adapters/persons.py` is the only module that tells it.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from admissions.adapters.tables.registry import METADATA

_MOMENT = sa.DateTime(timezone=True)

person_moves = sa.Table(
    "person_moves",
    METADATA,
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column(
        "reported_by", sa.Text, primary_key=True, comment="counts when it handed in the application; office: always"
    ),
    sa.Column("moved_on", sa.Date, primary_key=True, comment="the first day in the municipality"),
    sa.Column("home_municipality", sa.Text, nullable=False, comment="moved to"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("recorded_at", _MOMENT, nullable=False),
    sa.Column("recorded_by", sa.Text, nullable=False, comment="the caller's subject, or the id of the event"),
)

person_protections = sa.Table(
    "person_protections",
    METADATA,
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("reported_by", sa.Text, primary_key=True, comment="the strictest of all that is reported holds"),
    sa.Column("level", sa.SmallInteger, nullable=False, comment="0 none, 1 secrecy marking, 2 protected registration"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("recorded_at", _MOMENT, nullable=False),
    sa.Column("recorded_by", sa.Text, nullable=False, comment="the caller's subject, or the id of the event"),
)

# A trigger refuses every change: a log that could be mended would prove nothing.
person_lookups = sa.Table(
    "person_lookups",
    METADATA,
    sa.Column("position", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("at", _MOMENT, nullable=False),
    sa.Column("reader", sa.Text, nullable=False, comment="the caller's subject"),
    sa.Column("municipality", sa.Text, comment="the caller's; none: the region's office"),
    sa.Column("applicant_id", sa.Uuid, comment="none: nobody was found"),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("shown", sa.Text, nullable=False, comment="all, masked or nothing"),
    sa.Index("ix_person_lookups_applicant_id", "applicant_id", "position"),
)

knowledge = sa.Table(
    "knowledge",
    METADATA,
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("reported_by", sa.Text, primary_key=True, comment="counts when it handed in the application"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("english_exempted", sa.Boolean, nullable=False),
    sa.Column("equivalent", pg.ARRAY(sa.Text), nullable=False, comment="subjects with knowledge equal to a pass"),
    sa.Column("completed_programme", sa.Boolean, nullable=False),
)
