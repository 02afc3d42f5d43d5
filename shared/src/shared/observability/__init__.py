"""Logs, metrics and traces: what a running service tells about itself, never about persons."""
