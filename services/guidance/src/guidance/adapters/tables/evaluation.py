"""Goals, and surveys whose answers can't be tied to a person."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from guidance.adapters.tables.registry import METADATA

goals = sa.Table(
    "goals",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("measured", sa.Text, nullable=False),
    sa.Column("municipality", sa.Text, comment="none: the region's"),
    sa.Column("begins", sa.Date, nullable=False),
    sa.Column("ends", sa.Date, nullable=False),
    sa.Column("target", sa.Numeric, nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("begins <= ends", name="forwards"),
    sa.Index(
        "uq_goals_measured",
        "measured",
        "municipality",
        "begins",
        "ends",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
)

# That a link was given, not which: a session gets one.
surveys_given = sa.Table(
    "surveys_given",
    METADATA,
    sa.Column("session_id", sa.Uuid, sa.ForeignKey("sessions.id"), primary_key=True),
    sa.Column("given_on", sa.Date, nullable=False),
)

# A used link's chance number, with neither time nor answer beside it.
surveys_used = sa.Table("surveys_used", METADATA, sa.Column("link", sa.Uuid, primary_key=True))

survey_answers = sa.Table(
    "survey_answers",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("survey", sa.Text, nullable=False, comment="which set of questions"),
    sa.Column("month", sa.Date, nullable=False, comment="of the session; nothing finer is kept"),
    sa.Column("session_type", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("counsellor_municipality", sa.Text, nullable=False),
    sa.Column("home_municipality", sa.Text, nullable=False),
    sa.Column("answers", pg.ARRAY(sa.SmallInteger), nullable=False),
    sa.Index("ix_survey_answers_month", "month"),
)
