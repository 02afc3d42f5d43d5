"""Ours beside the limit and the usual way, measured alternately on the same servers."""
