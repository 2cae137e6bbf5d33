"""What a new record might be already: warnings for the person who logs it, never walls."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from visits import fields
from visits.models import Meeting, Official, OfficialName, Participation

ALIKE = 0.5


def similar_officials(name: str, *, besides: int = 0) -> QuerySet[Official]:
    """Officials with a name close to this one, whatever the accents; the closest first, five at most."""
    wanted = fields.Fold(Value(name))
    further = OfficialName.objects.alias(likeness=fields.Likeness(fields.Fold("name"), wanted)).filter(
        official=OuterRef("pk"), likeness__gte=ALIKE
    )
    found = Official.objects.annotate(likeness=fields.Likeness(fields.Fold("name"), wanted)).filter(
        Q(likeness__gte=ALIKE) | Exists(further)
    )
    return found.exclude(pk=besides).order_by("-likeness", "pk")[:5]


def likely_duplicates(
    *,
    first: date,
    last: date,
    officials: Iterable[int],
    names: Iterable[str] = (),
    besides: int = 0,
) -> QuerySet[Meeting]:
    """Meetings on one of these days with one of these people, or with somebody of a name like theirs.

    One shared person is not enough where a principal has several meetings a day: everybody else who is given has to
    be there as well, under whatever spelling. Ten at most.
    """
    found = Meeting.objects.between(first, last).exclude(pk=besides)
    for official in Official.objects.filter(pk__in=list(officials)).prefetch_related("other_names"):
        spellings = [official.name, *(name.name for name in official.other_names.all())]
        found = found.filter(_attended(Q(official=official.pk), spellings))
    for name in names:
        found = found.filter(_attended(Q(pk__in=[]), [name]))
    return found.order_by("start_earliest", "pk")[:10]


def _attended(known: Q, spellings: list[str]) -> Exists:
    """Somebody took part who is this person or is called nearly so."""
    people = Participation.objects.filter(meeting=OuterRef("pk"))
    alike = Q()
    for number, spelling in enumerate(spellings):
        wanted = fields.Fold(Value(spelling))
        people = people.alias(
            **{
                f"as_reported_{number}": fields.Likeness(fields.Fold("name"), wanted),
                f"as_known_{number}": fields.Likeness(fields.Fold("official__name"), wanted),
            }
        )
        alike |= Q(**{f"as_reported_{number}__gte": ALIKE}) | Q(**{f"as_known_{number}__gte": ALIKE})
    return Exists(people.filter(known | alike))
