"""Tables of simulations, and of rounds asked for.

What a simulation decides stands here alone. `places` and the events of a round are made from `runs` and `decisions`,
whose rows must name a run that was published; a simulation has no row there and so can't reach them.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from admissions.adapters.tables.registry import METADATA

_MOMENT = sa.DateTime(timezone=True)

simulations = sa.Table(
    "simulations",
    METADATA,
    sa.Column("simulation", sa.Uuid, primary_key=True),
    sa.Column("intake_year", sa.Integer, nullable=False),
    sa.Column("round", sa.Text, nullable=False),
    sa.Column("basis_run", sa.ForeignKey("runs.run"), comment="whose input it is made of; null: the data of the day"),
    sa.Column("changes", pg.JSONB, nullable=False, comment="seats, added, closed, dates"),
    sa.Column("compared_with", sa.Uuid, comment="a run, or the simulation of the same data unchanged"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("asked_at", _MOMENT, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False, comment="the caller's subject in the token"),
    sa.Column("begun_at", _MOMENT),
    sa.Column("ended_at", _MOMENT),
    sa.Column("refusal", pg.JSONB, comment="code and what it is about"),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("engine", sa.Text),
    sa.Column("rules", sa.Text, comment="version, before dates were moved"),
    sa.Column("decisions_hash", sa.Text),
    sa.Column("seats", sa.Integer),
    sa.Column("applicants", sa.Integer),
    sa.Column("admitted", sa.Integer),
    sa.Column("reserves", sa.Integer),
    sa.Column("ineligible", sa.Integer),
    sa.CheckConstraint("status IN ('waiting', 'running', 'done', 'refused')", name="status"),
    sa.Index("ix_simulations_intake_year_asked_at", "intake_year", "asked_at"),
)

simulated_offerings = sa.Table(
    "simulated_offerings",
    METADATA,
    sa.Column("simulation", sa.ForeignKey("simulations.simulation", ondelete="CASCADE"), primary_key=True),
    sa.Column("offering", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
)

simulated_decisions = sa.Table(
    "simulated_decisions",
    METADATA,
    sa.Column("simulation", sa.ForeignKey("simulations.simulation", ondelete="CASCADE"), primary_key=True),
    sa.Column("applicant_id", sa.Uuid, primary_key=True),
    sa.Column("rank", sa.SmallInteger, primary_key=True),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("hand", sa.SmallInteger, nullable=False, comment="1 first hand, 2 second hand"),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("queue", sa.Integer),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("merit", sa.Integer, nullable=False, comment="tenths; points of the offering's skill test included"),
    sa.Column("quota", sa.Text),
)

round_requests = sa.Table(
    "round_requests",
    METADATA,
    sa.Column("request", sa.Uuid, primary_key=True),
    sa.Column("intake_year", sa.Integer, nullable=False),
    sa.Column("round", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("step", sa.Text, comment="what is being done: read, decide, write"),
    sa.Column("asked_at", _MOMENT, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False, comment="the caller's subject in the token"),
    sa.Column("begun_at", _MOMENT),
    sa.Column("ended_at", _MOMENT),
    sa.Column("run", sa.ForeignKey("runs.run"), comment="what came of it"),
    sa.Column("refusal", pg.JSONB, comment="code, and what the verifier found"),
    sa.CheckConstraint("status IN ('waiting', 'running', 'done', 'refused')", name="status"),
    sa.Index("ix_round_requests_intake_year_asked_at", "intake_year", "asked_at"),
)
sa.Index(
    "uq_round_requests_intake_year_under_way",
    round_requests.c.intake_year,
    unique=True,
    postgresql_where=sa.text("status IN ('waiting', 'running')"),
)
