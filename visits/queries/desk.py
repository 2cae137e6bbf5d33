"""What waits for somebody: their drafts, what came back, what they may publish, what lacks a citation."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from visits.choices import EditorialAction, EditorialState
from visits.models import AgendaPoint, Citation, EditorialEvent, Meeting, Participation, Statement, Tour

CHANGES = (EditorialAction.CREATED, EditorialAction.EDITED)
NOUNS: dict[Any, str] = {Tour: "tour", Meeting: "meeting"}


def _events(model: Any) -> QuerySet[EditorialEvent]:
    return EditorialEvent.objects.filter(**{NOUNS[model]: OuterRef("pk")})


def _with_names(model: Any) -> QuerySet:
    """What the name of a record needs."""
    return model.objects.select_related(*(("place", "location") if model is Meeting else ()))


def _worked_on(model: Any, user: Any) -> QuerySet:
    mine = _events(model).filter(action__in=CHANGES, by=user)
    return _with_names(model).filter(Exists(mine), state=EditorialState.DRAFT).order_by("-modified_at", "pk")


def drafts(model: Any, user: Any) -> QuerySet:
    """Drafts that this person works on and that nobody has sent back."""
    return _worked_on(model, user).exclude(Exists(_events(model).filter(action=EditorialAction.RETURNED)))


def returned(model: Any, user: Any) -> QuerySet:
    """Drafts that came back to this person, with the reviewer's ``comment``."""
    sent_back = _events(model).filter(action=EditorialAction.RETURNED).order_by("-id")
    found = _worked_on(model, user).annotate(comment=Subquery(sent_back.values("comment")[:1]))
    return found.filter(Exists(sent_back))


def waiting(model: Any, user: Any) -> QuerySet:
    """In review and, since it was last published, not changed by this person: theirs to publish."""
    published = _events(model).filter(action=EditorialAction.PUBLISHED).order_by("-id").values("pk")[:1]
    found = _with_names(model).annotate(last_published=Coalesce(Subquery(published), 0))
    by_me = (*CHANGES, EditorialAction.IMPORTED)
    mine = _events(model).filter(action__in=by_me, by=user, pk__gt=OuterRef("last_published"))
    found = found.filter(state=EditorialState.IN_REVIEW).exclude(Exists(mine))
    return found.order_by("modified_at", "pk")


def uncited(model: Any, user: Any = None) -> QuerySet:
    """On its way to publication, and something of it has no supporting citation."""
    noun = NOUNS[model]
    supporting = Citation.objects.supporting()
    points = AgendaPoint.objects.filter(**{noun: OuterRef("pk")})
    statements = Statement.objects.filter(**{f"point__{noun}": OuterRef("pk")})
    lacking = (
        ~Exists(supporting.filter(**{noun: OuterRef("pk")}))
        | Exists(points.exclude(Exists(supporting.filter(point=OuterRef("pk")))))
        | Exists(statements.exclude(Exists(supporting.filter(statement=OuterRef("pk")))))
    )
    on_the_way = Q(state__in=(EditorialState.DRAFT, EditorialState.IN_REVIEW))
    return _with_names(model).filter(on_the_way, lacking).order_by("-modified_at", "pk")


def unresolved() -> QuerySet[Participation]:
    """People as reported who wait to be identified, those of the latest meetings first."""
    people = Participation.objects.unresolved().select_related(
        "on_behalf_of", "meeting__place", "meeting__location"
    )
    return people.order_by(F("meeting__start_earliest").desc(nulls_last=True), "pk")
