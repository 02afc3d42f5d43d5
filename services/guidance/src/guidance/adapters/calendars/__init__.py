"""Calendars of others are read, ours are written; nothing is ever written at a source."""
