"""What all records have in common."""

import uuid
from typing import Any, Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThanOrEqual

from visits import dates, fields, validators
from visits.models.triggers import Touch


class RecordQuerySet(models.QuerySet):
    """Visibility in one word. A noun whose records can be hidden says in ``public`` which are not."""

    def public(self) -> Self:
        """What anybody may see."""
        return self

    def visible_to(self, user: Any) -> Self:
        """What this user may see: staff see drafts, everybody else what is public."""
        return self if getattr(user, "is_staff", False) and user.is_active else self.public()

    def for_list(self, user: Any = None) -> Self:
        """With everything that a row of a list shows, in a fixed number of queries."""
        return self

    def cited(self) -> Self:
        """With the citations of each record and the sources that they name, in one query."""
        from visits.models.evidence import Citation

        return self.prefetch_related(Prefetch("citations", Citation.objects.for_list()))


class Versioned(models.Model):
    """A row whose changes are counted and dated by the database, so that of two writers the second is told."""

    version = models.PositiveIntegerField(db_default=1, editable=False)
    modified_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
        triggers = [Touch()]


class Record(Versioned):
    """A row with an identity of its own, a version and the time of its latest change."""

    uuid = models.UUIDField(
        "identifier", default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Versioned.Meta):
        abstract = True


class Slugged(models.Model):
    """A record with a page of its own. A blank slug is filled by the database."""

    slug = models.SlugField(
        max_length=100,
        unique=True,
        blank=True,
        db_default="",
        help_text="The last part of the page's address. Leave blank to have it made.",
    )

    class Meta:
        abstract = True


class Span(models.Model):
    """From a partial date to a partial date; the end may be missing and is then the start."""

    start_date = fields.PartialDateField("start", help_text="YYYY-MM-DD, or YYYY-MM or YYYY.")
    end_date = fields.PartialDateField(
        "end", blank=True, default="", help_text="Leave blank if it is the same day."
    )
    start_earliest = fields.day(fields.Earliest("start_date"))
    start_latest = fields.day(fields.Latest("start_date"))
    end_earliest = fields.day(fields.Earliest(fields.end_or_start()))
    end_latest = fields.day(fields.Latest(fields.end_or_start()))

    class Meta:
        abstract = True

    @property
    def dates(self) -> str:
        """The span for people: “4–11 January 2024”."""
        return dates.human_span(self.start_date, self.end_date)

    @property
    def edtf(self) -> str:
        """The span as EDTF level 1."""
        return dates.edtf_interval(self.start_date, self.end_date or self.start_date)


class SpanQuerySet(RecordQuerySet):
    """Records that lie in time."""

    def between(self, first: Any = None, last: Any = None, *, certain: bool = False) -> Self:
        """Whose span overlaps the period, both days included.

        A partial date counts with all days that it can mean, unless ``certain``: then only records are
        found that overlap whatever the missing parts are.
        """
        start, end = ("start_latest", "end_earliest") if certain else ("start_earliest", "end_latest")
        found = self if first is None else self.filter(**{f"{end}__gte": first})
        return found if last is None else found.filter(**{f"{start}__lte": last})


class OtherName(Versioned):
    """A further name: another language or script, a former name, a common spelling."""

    name = fields.ShortTextField()
    language = models.CharField(
        max_length=35,
        blank=True,
        default="",
        validators=[validators.validate_language],
        help_text="BCP 47: tr, ar, el …",
    )
    valid_from = fields.PartialDateField(blank=True, default="")
    valid_to = fields.PartialDateField(blank=True, default="")

    class Meta(Versioned.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


def not_blank(field: str, message: str) -> models.CheckConstraint:
    """Text that must say something."""
    return models.CheckConstraint(
        condition=~Q(**{field: ""}),
        name=f"%(class)s_{field}_not_blank",
        violation_error_message=message,
    )


def matches(field: str, pattern: str, message: str) -> models.CheckConstraint:
    """Text of a fixed shape; the empty text is left to ``not_blank``."""
    return models.CheckConstraint(
        condition=Q(**{field: ""}) | Q(**{f"{field}__regex": pattern}),
        name=f"%(class)s_{field}_shape",
        violation_error_message=message,
    )


def partial_date(field: str) -> models.CheckConstraint:
    return matches(field, dates.PATTERN, f"{field}: write YYYY-MM-DD, YYYY-MM or YYYY.")


def in_order(start: str = "start_date", end: str = "end_date") -> models.CheckConstraint:
    """An end that can't be before its start, whatever the missing parts of the two dates are."""
    return models.CheckConstraint(
        condition=Q(**{start: ""})
        | Q(**{end: ""})
        | Q(GreaterThanOrEqual(fields.Latest(F(end)), fields.Earliest(F(start)))),
        name=f"%(class)s_{end}_not_before_{start}",
        violation_error_message="The end is before the start.",
    )


def span_rules() -> list[models.BaseConstraint]:
    return [
        partial_date("start_date"),
        partial_date("end_date"),
        not_blank("start_date", "A start date is needed, if only the year."),
        in_order(),
    ]


def other_name_rules(owner: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(
            fields=[owner, "name", "language"],
            name="%(class)s_once",
            violation_error_message="This name is already on the list.",
        ),
        not_blank("name", "A name is needed."),
        partial_date("valid_from"),
        partial_date("valid_to"),
        in_order("valid_from", "valid_to"),
    ]


def one_of(names: list[str], message: str) -> models.CheckConstraint:
    """Exactly one of these foreign keys is set."""
    condition = Q()
    for chosen in names:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return models.CheckConstraint(
        condition=condition, name="%(class)s_one_target", violation_error_message=message
    )


def one_in(field: str, choices: type[models.Choices], *, blank: bool = False) -> models.CheckConstraint:
    """A value of a closed list."""
    values = list(choices.values) + ([""] if blank else [])
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": values}),
        name=f"%(class)s_{field}_known",
        violation_error_message=f"{field}: choose one of {', '.join(str(value) for value in choices.values)}.",
    )
