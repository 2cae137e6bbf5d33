"""Writes that touch several rows: atomic, with keyword arguments only, the same for every way in."""
