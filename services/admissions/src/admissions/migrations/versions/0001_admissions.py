"""The plumbing's tables, applications, grades, offerings, runs with their decisions, and places."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.tables import create_plumbing, drop_plumbing

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_plumbing(op)
    op.create_table(
        "applications",
        sa.Column("applicant_id", sa.Uuid(), nullable=False, comment="the home municipality's own id of the person"),
        sa.Column(
            "identity", sa.Text(), nullable=False, comment="twelve characters; personal data, never leaves this table"
        ),
        sa.Column("home_municipality", sa.Text(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("applicant_id", name=op.f("pk_applications")),
    )
    op.create_index(
        "uq_applications_identity",
        "applications",
        ["identity"],
        unique=True,
        postgresql_where=sa.text("substr(identity, 9, 1) COLLATE \"C\" < 'A'"),
    )
    op.create_table(
        "choices",
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "revision", sa.Integer(), nullable=False, comment="every revision is kept: a round counts those of its time"
        ),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("offering", sa.Text(), nullable=False),
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column(
            "submitted_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="the revision's; here to spare a table on the hot path",
        ),
        sa.PrimaryKeyConstraint("applicant_id", "revision", "rank", name=op.f("pk_choices")),
    )
    op.create_table(
        "grades",
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column(
            "reported_by", sa.Text(), nullable=False, comment="counts when it is the applicant's home municipality"
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("grades", postgresql.JSONB(), nullable=False, comment="subject to grade"),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("applicant_id", "intake_year", "occasion", "reported_by", name=op.f("pk_grades")),
    )
    op.create_table(
        "offerings",
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("offering", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=True, comment="unknown while only a withdrawal has been read"),
        sa.Column("school_name", sa.Text(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="the catalogue's"),
        sa.PrimaryKeyConstraint("intake_year", "offering", name=op.f("pk_offerings")),
    )
    op.create_table(
        "places",
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("offering", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("home_municipality", sa.Text(), nullable=False),
        sa.Column("school_municipality", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False, comment="the binding round that gave the place"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stays", sa.Boolean(), nullable=False, comment="wants to stay in reserve on higher choices"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the last answer taken; 0 when none"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('offered', 'accepted', 'vacated')", name=op.f("ck_places_status")),
        sa.PrimaryKeyConstraint("intake_year", "applicant_id", name=op.f("pk_places")),
    )
    op.create_table(
        "runs",
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False, comment="the caller's subject in the token"),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("decisions_hash", sa.Text(), nullable=False),
        sa.Column("offerings", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("applicants", sa.Integer(), nullable=False),
        sa.Column("admitted", sa.Integer(), nullable=False),
        sa.Column("reserves", sa.Integer(), nullable=False),
        sa.Column("ineligible", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_runs")),
    )
    op.create_index(
        "ix_runs_intake_year_round_decided_at", "runs", ["intake_year", "round", "decided_at"], unique=False
    )
    op.create_index(
        "uq_runs_intake_year_round_binding", "runs", ["intake_year", "round"], unique=True, postgresql_where="binding"
    )
    op.create_table(
        "decisions",
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("offering", sa.Text(), nullable=False),
        sa.Column("hand", sa.SmallInteger(), nullable=False, comment="1 first hand, 2 second hand"),
        sa.Column("ground", sa.Text(), nullable=False, comment="why received so"),
        sa.Column("timely", sa.Boolean(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False, comment="held the place when the run began"),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("queue", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.run"], name=op.f("fk_decisions_run_runs")),
        sa.PrimaryKeyConstraint("run", "applicant_id", "rank", name=op.f("pk_decisions")),
    )
    op.create_table(
        "run_applicants",
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("home_municipality", sa.Text(), nullable=False),
        sa.Column("merit", sa.Integer(), nullable=False, comment="tenths of a point"),
        sa.Column("random", sa.BigInteger(), nullable=False, comment="drawn from the run's seed; lower goes first"),
        sa.Column("missing_subjects", postgresql.ARRAY(sa.Text()), nullable=False, comment="for the highest choice"),
        sa.Column("open_programmes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("unplaced_because", sa.Text(), nullable=True, comment="ineligible, no_place, or null when placed"),
        sa.ForeignKeyConstraint(["run"], ["runs.run"], name=op.f("fk_run_applicants_run_runs")),
        sa.PrimaryKeyConstraint("run", "applicant_id", name=op.f("pk_run_applicants")),
    )
    op.create_table(
        "run_offerings",
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("offering", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.run"], name=op.f("fk_run_offerings_run_runs")),
        sa.PrimaryKeyConstraint("run", "offering", name=op.f("pk_run_offerings")),
    )


def downgrade() -> None:
    op.drop_table("run_offerings")
    op.drop_table("run_applicants")
    op.drop_table("decisions")
    op.drop_table("runs")
    op.drop_table("places")
    op.drop_table("offerings")
    op.drop_table("grades")
    op.drop_table("choices")
    op.drop_table("applications")
    drop_plumbing(op)
