"""Guidance in a browser."""
