"""What a line of a list shows of each noun, its counts included."""

from typing import Any

from django.db.models import Exists, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from visits.models import AgendaPoint, Citation, Meeting, Participation, Statement, Stop, Tour


def count_of(queryset: QuerySet) -> Subquery:
    """How many rows an outer row has, as one column of it. The queryset refers to it by OuterRef."""
    counted = queryset.order_by().annotate(counted=Func("pk", function="COUNT"))
    return Subquery(counted.values("counted"), output_field=IntegerField())


def tours(queryset: Any, user: Any) -> QuerySet:
    return queryset.for_list(user)


def meetings(queryset: Any, user: Any) -> QuerySet:
    return queryset.for_row(user)


def parties(queryset: Any, user: Any) -> QuerySet:
    """With ``visit_count`` received, ``tour_count`` made and ``meeting_count`` held."""
    party = OuterRef("pk")
    present = Participation.objects.filter(meeting=OuterRef("pk"), on_behalf_of=OuterRef(party))
    held = Meeting.objects.visible_to(user).held().filter(Q(host=party) | Exists(present))
    return queryset.for_list(user).annotate(
        visit_count=count_of(Stop.objects.visible_to(user).made().filter(country=party)),
        tour_count=count_of(Tour.objects.visible_to(user).filter(on_behalf_of=party)),
        meeting_count=count_of(held),
    )


def officials(queryset: Any, user: Any) -> QuerySet:
    """With ``tour_count`` made and ``meeting_count`` in which they took part; one not held is not counted."""
    taken_part = Participation.objects.attended(user).filter(official=OuterRef("pk"))
    return queryset.for_list(user).annotate(
        tour_count=count_of(Tour.objects.visible_to(user).filter(principal=OuterRef("pk"))),
        meeting_count=count_of(taken_part),
    )


def topics(queryset: Any, user: Any) -> QuerySet:
    """With ``point_count``, points on exactly this topic."""
    points = AgendaPoint.objects.visible_to(user)
    further = AgendaPoint.other_topics.through.objects.filter(topic=OuterRef(OuterRef("pk")))
    on_it = points.filter(Q(main_topic=OuterRef("pk")) | Q(pk__in=further.values("agendapoint")))
    return queryset.for_list(user).annotate(point_count=count_of(on_it))


def places(queryset: Any, user: Any) -> QuerySet:
    """With ``visit_count``, which are stops made there, and ``meeting_count`` held there."""
    place = OuterRef("pk")
    return queryset.for_list(user).annotate(
        visit_count=count_of(Stop.objects.visible_to(user).made().filter(places=place)),
        meeting_count=count_of(Meeting.objects.visible_to(user).held().filter(place=place)),
    )


def sources(queryset: Any, user: Any) -> QuerySet:
    """With ``fact_count``, citations of it that are visible."""
    cited = Citation.objects.visible_to(user).filter(source=OuterRef("pk"))
    return queryset.for_list(user).annotate(fact_count=count_of(cited))


def with_coding(queryset: Any) -> Any:
    """Meetings with ``coded``: how many statements are on record for each."""
    return queryset.annotate(coded=count_of(Statement.objects.filter(point__meeting=OuterRef("pk"))))
