"""What was on the table, and what each side said on it."""

from typing import Any, Self

from django.db import connection, models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from visits import fields, validators
from visits.choices import Stance, StatementKind
from visits.models import base
from visits.models.meetings import Meeting, Participation
from visits.models.parties import Party
from visits.models.people import Official, Tenure
from visits.models.tours import Tour
from visits.models.triggers import FillSlug, KeepFormerAddress, RefuseCycle, Touch

SUBTREE = """
    WITH RECURSIVE subtree(id) AS (
        SELECT id FROM visits_topic WHERE id = ANY(%s)
        UNION SELECT topic.id FROM visits_topic topic JOIN subtree ON topic.parent_id = subtree.id
    ) SELECT id FROM subtree
"""


class TopicQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        """Reference data, and what a public point is about, with everything above it in the tree."""
        used = AgendaPoint.objects.public()
        direct = Topic.objects.filter(
            Exists(used.filter(main_topic=OuterRef("pk"))) | Exists(used.filter(other_topics=OuterRef("pk")))
        )
        above = direct.values_list("parent", "parent__parent", "parent__parent__parent")
        ancestors = {pk for row in above for pk in row if pk is not None}
        return self.filter(Q(is_reference=True) | Q(pk__in=direct.values("pk")) | Q(pk__in=ancestors))

    def with_descendants(self) -> "TopicQuerySet":
        """These topics and everything below them."""
        roots = list(self.values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(SUBTREE, [roots])
            below = [row[0] for row in cursor.fetchall()]
        return Topic.objects.filter(pk__in=below)

    def named(self, text: str) -> Self:
        folded = fields.Fold(models.Value(text))
        return self.alias(folded_name=fields.Fold("name")).filter(folded_name__contains=folded)

    def for_list(self, user: Any = None) -> Self:
        parents = Topic.objects.visible_to(user)
        return self.prefetch_related(Prefetch("parent", parents), "external_identifiers")


class Topic(base.Record, base.Slugged):
    """What a point is about. Phrased as a proposition, a stance on it has a meaning."""

    name = fields.ShortTextField()
    description = fields.LongTextField(blank=True, default="")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    is_proposition = models.BooleanField(
        default=False, help_text="Something that one can support or oppose: “Immediate ceasefire in Gaza”."
    )
    is_reference = models.BooleanField("reference data", default=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            base.not_blank("name", "A name is needed."),
            base.matches("slug", validators.SLUG_PATTERN, "A slug has small letters, digits and hyphens."),
        ]
        triggers = [
            Touch(),
            FillSlug(text="NEW.name"),
            KeepFormerAddress(),
            RefuseCycle(table="visits_topic"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topic-detail", args=[self.slug])


class AgendaPointQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        return self.filter(
            Exists(Meeting.objects.public().filter(pk=OuterRef("meeting")))
            | Exists(Tour.objects.public().filter(pk=OuterRef("tour")))
        )

    def about(self, topics: Any) -> Self:
        """On one of these topics, whether as the main one or as another."""
        further = AgendaPoint.other_topics.through.objects.filter(
            agendapoint=OuterRef("pk"), topic__in=topics
        )
        return self.filter(Q(main_topic__in=topics) | Exists(further))

    def with_statements(self) -> Self:
        row = self.select_related("main_topic").cited()
        return row.prefetch_related(
            "other_topics", Prefetch("statements", Statement.objects.with_citations())
        )

    def for_list(self, user: Any = None) -> Self:
        meetings = Meeting.objects.visible_to(user).select_related("location", "place")
        return self.with_statements().prefetch_related(
            Prefetch("meeting", meetings),
            Prefetch("tour", Tour.objects.visible_to(user)),
        )


class AgendaPoint(base.Record):
    """One point that was on the table of a meeting, or a declared purpose of a tour."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="points"
    )
    tour = models.ForeignKey(Tour, on_delete=models.CASCADE, null=True, blank=True, related_name="purposes")
    title = fields.ShortTextField(help_text="Short and neutral.")
    main_topic = models.ForeignKey(
        Topic,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="main_points",
        help_text="The topic to which the stances of its statements refer.",
    )
    other_topics = models.ManyToManyField(Topic, blank=True, related_name="other_points")
    position = models.PositiveIntegerField(default=0)

    objects = AgendaPointQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["main_topic", "-id"], name="point_on_topic")]
        constraints = [
            base.not_blank("title", "A title is needed."),
            base.one_of(["meeting", "tour"], "A point belongs to a meeting or to a tour, not both."),
        ]
        triggers = [Touch()]

    def __str__(self) -> str:
        return self.title

    @property
    def topics(self) -> list[Topic]:
        """The main topic first."""
        further = list(self.other_topics.all())
        return [self.main_topic, *further] if self.main_topic else further

    def get_absolute_url(self) -> str:
        owner = self.meeting or self.tour
        return f"{owner.get_absolute_url()}#point-{self.uuid}" if owner else ""


class StatementQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        return self.filter(Exists(AgendaPoint.objects.public().filter(pk=OuterRef("point"))))

    def with_titles(self) -> Self:
        """``title_on_day``: in which capacity the speaker took part, else the office held on that day.

        What was said of a tour's purpose was said when the tour began.
        """
        taken_part = Participation.objects.filter(
            meeting=OuterRef("point__meeting"), official=OuterRef("speaker")
        ).exclude(capacity="")
        held = Tenure.objects.titles_on(
            official="speaker", party="on_behalf_of", first="first_day", last="last_day"
        )
        capacity = models.Subquery(taken_part.values("capacity")[:1])
        dated = self.alias(
            first_day=Coalesce("point__meeting__start_earliest", "point__tour__start_earliest"),
            last_day=Coalesce("point__meeting__end_latest", "point__tour__start_latest"),
        )
        return dated.annotate(title_on_day=Coalesce(capacity, held))

    def with_citations(self) -> Self:
        return self.with_titles().select_related("on_behalf_of", "speaker").cited()

    def for_list(self, user: Any = None) -> Self:
        meetings = Meeting.objects.visible_to(user).select_related("location", "place")
        return (
            self.with_citations()
            .select_related("point__main_topic")
            .prefetch_related(
                "point__other_topics",
                Prefetch("point__meeting", meetings),
                Prefetch("point__tour", Tour.objects.visible_to(user)),
            )
        )


class Statement(base.Record):
    """What one side said on one point, in the analyst's words."""

    point = models.ForeignKey(AgendaPoint, on_delete=models.CASCADE, related_name="statements")
    on_behalf_of = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="statements")
    speaker = models.ForeignKey(
        Official, on_delete=models.PROTECT, null=True, blank=True, related_name="statements"
    )
    text = fields.LongTextField(help_text="In your own words; verbatim words belong into a citation's quote.")
    kind = models.CharField(max_length=20, choices=StatementKind, default=StatementKind.POSITION)
    stance = models.CharField(max_length=20, choices=Stance, default=Stance.NONE_STATED)
    position = models.PositiveIntegerField(default=0)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["on_behalf_of", "-id"], name="statement_for_party"),
            models.Index(fields=["speaker", "-id"], name="statement_by_speaker"),
        ]
        constraints = [
            base.not_blank("text", "Say what was stated."),
            base.one_in("kind", StatementKind),
            base.one_in("stance", Stance),
            models.UniqueConstraint(
                fields=["point", "on_behalf_of", "speaker"],
                name="statement_once_a_speaker",
                violation_error_message="This speaker's statement on the point is already on record.",
            ),
            models.UniqueConstraint(
                fields=["point", "on_behalf_of"],
                condition=Q(speaker__isnull=True),
                name="statement_once_without_a_speaker",
                violation_error_message="This side's statement on the point, without a speaker, is already on record.",
            ),
        ]
        triggers = [Touch()]

    def __str__(self) -> str:
        return f"{self.on_behalf_of}: {self.text[:80]}"

    def get_absolute_url(self) -> str:
        return self.point.get_absolute_url()
