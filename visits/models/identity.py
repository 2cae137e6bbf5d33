"""Under which identifiers others know a record, and under which addresses it was known here."""

from django.db import models

from visits import fields, validators
from visits.models import base
from visits.models.meetings import Meeting
from visits.models.parties import Party, Place
from visits.models.people import Official
from visits.models.sources import Source
from visits.models.tours import Stop, Tour
from visits.models.triggers import Touch

IDENTIFIED = ["party", "official", "place", "tour", "stop", "meeting", "topic", "source"]


class ExternalIdentifier(base.Versioned):
    """The identifier of one record in somebody else's collection."""

    scheme = models.CharField(
        max_length=40,
        validators=[validators.validate_scheme],
        help_text="The collection: historian-travels, wikidata, geonames …",
    )
    value = fields.ShortTextField()
    party = models.ForeignKey(
        Party, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    official = models.ForeignKey(
        Official, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    place = models.ForeignKey(
        Place, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    tour = models.ForeignKey(
        Tour, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    stop = models.ForeignKey(
        Stop, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    topic = models.ForeignKey(
        "visits.Topic", on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="external_identifier_once",
                violation_error_message="Another record already has this identifier.",
            ),
            base.not_blank("scheme", "Name the collection."),
            base.not_blank("value", "An identifier is needed."),
            base.matches(
                "scheme", validators.SLUG_PATTERN, "A scheme has small letters, digits and hyphens."
            ),
            base.one_of(IDENTIFIED, "An identifier belongs to exactly one record."),
        ]
        triggers = [Touch()]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class FormerAddress(models.Model):
    """An address that a record once had. Written by the database when a slug or a code changes."""

    noun = models.CharField(max_length=63, help_text="The table of the record.")
    address = models.CharField(max_length=100)
    target = models.UUIDField()

    class Meta:
        verbose_name_plural = "former addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["noun", "address"],
                name="former_address_once",
                violation_error_message="This address already leads to another record.",
            )
        ]

    def __str__(self) -> str:
        return self.address
