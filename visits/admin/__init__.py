"""The analyst's desk: Django's admin, one module a group of nouns."""

from visits.admin import accounts, agenda, evidence, meetings, merges, parties, people, tours

__all__ = ["accounts", "agenda", "evidence", "meetings", "merges", "parties", "people", "tours"]
