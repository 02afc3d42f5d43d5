"""Guidance's own tables, beside the plumbing's."""

from guidance.adapters.tables import accounts, counsellors, follow_up, sessions
from guidance.adapters.tables.registry import METADATA

__all__ = ["METADATA", "accounts", "counsellors", "follow_up", "sessions"]
