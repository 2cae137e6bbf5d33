"""Reads that are more than a filter: they know who may see what, and nothing of how it is shown."""
