"""From the last part of an address to a record: by identifier, by slug or code, by what it was called before."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q, QuerySet

from visits.api.problems import NoSuchRecord
from visits.models import FormerAddress, Party

ALIKE = 0.3
LONGEST = 100


def find(visible: QuerySet, text: str, *, address: str, noun: str) -> Any:
    """The visible record of that identifier or address, present or former. Raises NoSuchRecord."""
    found = None
    if "\x00" not in text:
        found = _present(visible, text, address) or _former(visible, text)
    if found is None:
        nearest = _nearest(visible, text, address) if address and "\x00" not in text else ""
        raise NoSuchRecord(f"There is no {noun} “{text}”.", suggestion=nearest)
    return found


def _present(visible: QuerySet, text: str, address: str) -> Any:
    try:
        return visible.filter(uuid=UUID(text)).first()
    except ValueError:
        pass
    if not address:
        return None
    usual = text.upper() if address == "code" else text.lower()
    return visible.filter(**{address: usual}).first()


def _former(visible: QuerySet, text: str) -> Any:
    table = visible.model._meta.db_table
    # Identifiers and slugs are written small, codes in capitals.
    written = {text, text.lower(), text.upper()}
    former = FormerAddress.objects.filter(noun=table, address__in=written).values("target")
    return visible.filter(uuid__in=former).first()


def _nearest(visible: QuerySet, text: str, address: str) -> str:
    """The address of the record that was probably meant."""
    text = text[:LONGEST]
    if issubclass(visible.model, Party):
        named = visible.filter(Q(name__iexact=text) | Q(other_names__name__iexact=text)).first()
        if named is not None:
            return named.code
    written = "name" if address == "code" else "slug"
    likely = visible.annotate(likeness=TrigramSimilarity(written, text)).filter(likeness__gt=ALIKE)
    return likely.order_by("-likeness", address).values_list(address, flat=True).first() or ""
