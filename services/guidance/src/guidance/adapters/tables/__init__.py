"""Guidance's own tables, beside the plumbing's."""

from guidance.adapters.tables import counsellors, follow_up, sessions
from guidance.adapters.tables.registry import METADATA

__all__ = ["METADATA", "counsellors", "follow_up", "sessions"]
