"""The tables of admissions, beside the plumbing's.

The identity number stands in `applications` alone; everything else knows a person by the pseudonymous applicant id.
There are no foreign keys between applications and choices: both are written by one statement, at the rate a whole year
group is sent in, and choices are only ever added.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from admissions.adapters.tables import adult as adult
from admissions.adapters.tables import persons as persons
from admissions.adapters.tables import receptions as receptions
from admissions.adapters.tables import simulations as simulations
from admissions.adapters.tables.registry import METADATA

_MOMENT = sa.DateTime(timezone=True)

applications = sa.Table(
    "applications",
    METADATA,
    sa.Column("applicant_id", sa.Uuid, primary_key=True, comment="the home municipality's own id of the person"),
    sa.Column("identity", sa.Text, nullable=False, comment="twelve characters; personal data, never leaves this table"),
    sa.Column("home_municipality", sa.Text, nullable=False),
    sa.Column("protected", sa.Boolean, nullable=False),
    sa.Column("intake_year", sa.Integer, nullable=False),
    sa.Column("submitted_at", _MOMENT, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("received_at", _MOMENT, nullable=False, server_default=sa.func.now()),
)
# Personal and coordination numbers name one person in the whole country; TF and interim numbers do not.
sa.Index(
    "uq_applications_identity",
    applications.c.identity,
    unique=True,
    postgresql_where=sa.text("substr(identity, 9, 1) COLLATE \"C\" < 'A'"),
)

choices = sa.Table(
    "choices",
    METADATA,
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column(
        "revision", sa.Integer, primary_key=True, comment="every revision is kept: a round counts those of its time"
    ),
    sa.Column("rank", sa.SmallInteger, primary_key=True),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("intake_year", sa.Integer, nullable=False),
    sa.Column("submitted_at", _MOMENT, nullable=False, comment="the revision's; here to spare a table on the hot path"),
)

grades = sa.Table(
    "grades",
    METADATA,
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("occasion", sa.Text, primary_key=True),
    sa.Column("reported_by", sa.Text, primary_key=True, comment="counts when it is the applicant's home municipality"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("grades", pg.JSONB, nullable=False, comment="subject to grade"),
    sa.Column("received_at", _MOMENT, nullable=False, server_default=sa.func.now()),
    sa.Column("reduced_timetable_for_dance", sa.Boolean, comment="null: the report does not tell"),
)
# Dancers are few among all who have grades.
sa.Index("ix_grades_dancers", grades.c.intake_year, postgresql_where=grades.c.reduced_timetable_for_dance)

offerings = sa.Table(
    "offerings",
    METADATA,
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("offering", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("programme", sa.Text, comment="unknown while only a withdrawal has been read"),
    sa.Column("school_name", sa.Text),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="the catalogue's"),
    sa.Column("terms", pg.JSONB, comment="skill test, quotas, introduction programme; as published"),
)

test_results = sa.Table(
    "test_results",
    METADATA,
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("offering", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("result", sa.Text, nullable=False, comment="as on the scale of the offering"),
    sa.Column("decided_on", sa.Date, nullable=False),
)

# Why somebody is in a free quota may be about health: it stays with the municipality.
free_quota = sa.Table(
    "free_quota",
    METADATA,
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("offering", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("granted", sa.Boolean, nullable=False),
    sa.Column("decided_on", sa.Date, nullable=False),
)

seeds = sa.Table(
    "seeds",
    METADATA,
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("round", sa.Text, primary_key=True),
    sa.Column("seed", sa.BigInteger, nullable=False, comment="shown to nobody before the round has run"),
    sa.Column("salt", sa.Text, nullable=False, comment="makes the commitment impossible to guess back"),
    sa.Column("commitment", sa.Text, nullable=False, comment="SHA-256 of seed:salt, published when made"),
    sa.Column("committed_at", _MOMENT, nullable=False),
    sa.Column("committed_by", sa.Text, nullable=False),
)

runs = sa.Table(
    "runs",
    METADATA,
    sa.Column("run", sa.Uuid, primary_key=True),
    sa.Column("intake_year", sa.Integer, nullable=False),
    sa.Column("round", sa.Text, nullable=False),
    sa.Column("binding", sa.Boolean, nullable=False),
    sa.Column("decided_at", _MOMENT, nullable=False),
    sa.Column("requested_by", sa.Text, nullable=False, comment="the caller's subject in the token"),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("engine", sa.Text, nullable=False),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("input_hash", sa.Text, nullable=False),
    sa.Column("decisions_hash", sa.Text, nullable=False),
    sa.Column("offerings", sa.Integer, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("applicants", sa.Integer, nullable=False),
    sa.Column("admitted", sa.Integer, nullable=False),
    sa.Column("reserves", sa.Integer, nullable=False),
    sa.Column("ineligible", sa.Integer, nullable=False),
    sa.Column("commitment", sa.Text, comment="to the seed, made before the run"),
    sa.Column("salt", sa.Text, comment="commitment is SHA-256 of seed:salt"),
    sa.Index("ix_runs_intake_year_round_decided_at", "intake_year", "round", "decided_at"),
)
sa.Index(
    "uq_runs_intake_year_round_binding",
    runs.c.intake_year,
    runs.c.round,
    unique=True,
    postgresql_where=runs.c.binding,
)

run_inputs = sa.Table(
    "run_inputs",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.run"), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False, comment="the whole input, as adapters/snapshots.py packs it"),
)

run_offerings = sa.Table(
    "run_offerings",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.run"), primary_key=True),
    sa.Column("offering", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("introduction", sa.Text, comment="IMV or IMY"),
    sa.Column("last_merit", sa.Integer, comment="tenths; of the one last admitted without quota, test points included"),
)

run_applicants = sa.Table(
    "run_applicants",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.run"), primary_key=True),
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("home_municipality", sa.Text, nullable=False),
    sa.Column("merit", sa.Integer, nullable=False, comment="tenths of a point"),
    sa.Column("random", sa.BigInteger, nullable=False, comment="drawn from the run's seed; lower goes first"),
    sa.Column("missing_subjects", pg.ARRAY(sa.Text), nullable=False, comment="for the highest choice"),
    sa.Column("open_programmes", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("unplaced_because", sa.Text, comment="ineligible, no_place, or null when placed"),
)

decisions = sa.Table(
    "decisions",
    METADATA,
    sa.Column("run", sa.ForeignKey("runs.run"), primary_key=True),
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("rank", sa.SmallInteger, primary_key=True),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("hand", sa.SmallInteger, nullable=False, comment="1 first hand, 2 second hand"),
    sa.Column("ground", sa.Text, nullable=False, comment="why received so"),
    sa.Column("timely", sa.Boolean, nullable=False),
    sa.Column("holds", sa.Boolean, nullable=False, comment="held the place when the run began"),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("queue", sa.Integer),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("merit", sa.Integer, nullable=False, comment="tenths; points of the offering's skill test included"),
    sa.Column("quota", sa.Text, comment="whose seat it is, or for a reserve which quota one is entitled to"),
    sa.Column("queue_before", sa.Integer, comment="in the binding round before"),
    sa.Column("ahead_admitted", sa.Integer, comment="of those ahead in the queue before: admitted here since"),
    sa.Column("ahead_left", sa.Integer, comment="of those ahead in the queue before: left it in other ways"),
)

places = sa.Table(
    "places",
    METADATA,
    sa.Column("intake_year", sa.Integer, primary_key=True),
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("home_municipality", sa.Text, nullable=False),
    sa.Column("school_municipality", sa.Text, nullable=False),
    sa.Column("round", sa.Text, nullable=False, comment="the binding round that gave the place"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("stays", sa.Boolean, nullable=False, comment="wants to stay in reserve on higher choices"),
    sa.Column("revision", sa.Integer, nullable=False, comment="of the last answer taken; 0 when none"),
    sa.Column("changed_at", _MOMENT, nullable=False),
    sa.Column("quota", sa.Text, comment="whose seat it is, when a quota's"),
    sa.Column("reminded_at", _MOMENT, comment="that the last day to answer comes near"),
    sa.Column("started_on", sa.Date, comment="as the school has notified"),
    sa.Column("start_revision", sa.Integer, nullable=False, server_default="0", comment="of the last start notice"),
    sa.Column("stop_revision", sa.Integer, nullable=False, server_default="0", comment="of the last stop notice"),
    sa.CheckConstraint("status IN ('offered', 'accepted', 'vacated')", name="status"),
)
