"""Breaks the running stack in seeded, known ways under load, and proves what became of every event."""
