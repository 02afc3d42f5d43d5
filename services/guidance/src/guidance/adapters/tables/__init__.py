"""Guidance's own tables, beside the plumbing's."""

from guidance.adapters.tables import (
    accounts,
    activity_responsibility,
    calendars,
    counsellors,
    coverage,
    drop_ins,
    evaluation,
    follow_up,
    invitations,
    notes,
    rota,
    sessions,
    study_plans,
)
from guidance.adapters.tables.registry import METADATA

__all__ = [
    "METADATA",
    "accounts",
    "activity_responsibility",
    "calendars",
    "counsellors",
    "coverage",
    "drop_ins",
    "evaluation",
    "follow_up",
    "invitations",
    "notes",
    "rota",
    "sessions",
    "study_plans",
]
