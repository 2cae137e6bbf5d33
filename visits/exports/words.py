"""The columns of agenda points, statements and topics."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from visits import filtersets
from visits.exports.columns import Column, Kind, Noun
from visits.exports.values import IDENTIFIERS, IDENTITY, SLUG, VERSION, names_of
from visits.keyset import BY_CREATION, BY_NAME
from visits.models import AgendaPoint, Meeting, Statement, Topic, Tour


def _owners(before: str = "") -> tuple[Prefetch, Prefetch]:
    """The meeting or tour of a point."""
    meetings = Meeting.objects.public().select_related("location", "place")
    return Prefetch(f"{before}meeting", meetings), Prefetch(f"{before}tour", Tour.objects.public())


def _points(queryset: Any) -> QuerySet:
    return queryset.select_related("main_topic").prefetch_related("other_topics", *_owners())


def _statements(queryset: Any) -> QuerySet:
    row = queryset.with_titles().select_related("on_behalf_of", "speaker", "point__main_topic")
    return row.prefetch_related("point__other_topics", *_owners("point__"))


def _topics(queryset: Any) -> QuerySet:
    return queryset.for_list()


def _dates(point: AgendaPoint) -> str:
    owner = point.meeting or point.tour
    return owner.edtf if owner else ""


def _meeting(point: AgendaPoint) -> str:
    return str(point.meeting or "")


AGENDA_POINTS = Noun(
    name="agenda-points",
    label="Agenda points",
    model=AgendaPoint,
    filterset=filtersets.AgendaPointFilterSet,
    rows=_points,
    orders=BY_CREATION,
    columns=(
        *IDENTITY,
        Column("title", "title", "The point, short and neutral."),
        Column("position", "position", "Its place in the order of the points.", Kind.NUMBER),
        Column("main_topic", "main_topic.name", "The topic to which the stances of its statements refer."),
        Column("main_topic_id", "main_topic.uuid", "The topic's identifier."),
        Column(
            "other_topics",
            lambda point: names_of(point.other_topics.all()),
            "Names of further topics.",
            Kind.LIST,
        ),
        Column("meeting", _meeting, "The meeting at which it was on the table."),
        Column("meeting_id", "meeting.uuid", "The meeting's identifier."),
        Column("tour", "tour.title", "The tour of which it is a declared purpose."),
        Column("tour_id", "tour.uuid", "The tour's identifier."),
        Column("dates", _dates, "When that was (EDTF level 1)."),
        *VERSION,
    ),
)
STATEMENTS = Noun(
    name="statements",
    label="Statements",
    model=Statement,
    filterset=filtersets.StatementFilterSet,
    rows=_statements,
    orders=BY_CREATION,
    columns=(
        *IDENTITY,
        Column("on_behalf_of", "on_behalf_of.code", "Code of the side that says it."),
        Column("on_behalf_of_name", "on_behalf_of.name", "Its name."),
        Column("speaker", "speaker.name", "Who says it, if that is known."),
        Column("speaker_id", "speaker.uuid", "The official's identifier."),
        Column("title_on_day", "title_on_day", "The title that the speaker held on that day."),
        Column("text", "text", "What was said, in the analyst's words."),
        Column("kind", "kind", "Kind of the statement."),
        Column("stance", "stance", "On the point's main topic."),
        Column("point", "point.title", "The point on which it was said."),
        Column("point_id", "point.uuid", "The point's identifier."),
        Column("main_topic", "point.main_topic.name", "The topic to which the stance refers."),
        Column("main_topic_id", "point.main_topic.uuid", "The topic's identifier."),
        Column(
            "topics",
            lambda statement: names_of(statement.point.topics),
            "Names of all topics of the point, the main one first.",
            Kind.LIST,
        ),
        Column("meeting", lambda statement: _meeting(statement.point), "The meeting at which it was said."),
        Column("meeting_id", "point.meeting.uuid", "The meeting's identifier."),
        Column("tour", "point.tour.title", "The tour of whose declared purpose it speaks."),
        Column("tour_id", "point.tour.uuid", "The tour's identifier."),
        Column("dates", lambda statement: _dates(statement.point), "When that was (EDTF level 1)."),
        *VERSION,
    ),
)
TOPICS = Noun(
    name="topics",
    label="Topics",
    model=Topic,
    filterset=filtersets.TopicFilterSet,
    rows=_topics,
    orders=BY_NAME,
    columns=(
        *IDENTITY,
        SLUG,
        Column("name", "name", "What a point is about."),
        Column("description", "description", "In the analyst's words."),
        Column("parent", "parent.name", "The wider topic."),
        Column("parent_id", "parent.uuid", "The wider topic's identifier."),
        Column("is_proposition", "is_proposition", "Whether one can support or oppose it.", Kind.TRUTH),
        IDENTIFIERS,
        *VERSION,
    ),
)
