"""Which records an export holds: those that the list of the same parameters shows, all of them, in its order."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.http import QueryDict

from visits import keyset
from visits.exports.columns import Noun
from visits.filtersets import BadQuery, Fault
from visits.keyset import Order

# What lists read and exports have no use for.
OF_LISTS_ONLY = ("cursor", "limit", "with_count", "fields", "omit")


def selected(noun: Noun, data: QueryDict, orders: Mapping[str, Order]) -> QuerySet:
    """The public records that match. Raises BadQuery with every fault at once."""
    faults: list[Fault] = list(_out_of_place(data))
    narrowed, order = None, None
    try:
        reserved = ("ordering", *OF_LISTS_ONLY)
        narrowed = noun.filterset(data, noun.public(), reserved=reserved).narrowed()
    except BadQuery as bad:
        faults += bad.faults
    try:
        order = keyset.read({"ordering": data.get("ordering", "")}, orders).order
    except BadQuery as bad:
        faults += bad.faults
    if faults or narrowed is None or order is None:
        raise BadQuery(faults)
    return narrowed.order_by(*order.keys(backwards=False))


def _out_of_place(data: QueryDict) -> Iterable[Fault]:
    for name in OF_LISTS_ONLY:
        if name in data:
            yield Fault(name, f"A download has all records and all columns: leave out “{name}”.")
