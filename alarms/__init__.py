"""Causes every alert on the running stack, sees it fire and clear; checks rules, runbooks and dashboards."""
