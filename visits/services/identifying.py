"""Who somebody is that is on record as reported."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from visits.models import Official, OfficialName, Participation, User
from visits.services import editorial
from visits.services.acting import acting
from visits.services.saving import save_checked


@transaction.atomic
def identify(*, participation: Participation, official: Official, by: User) -> None:
    """Put the official in the place of the name as reported, which becomes another name if it differs.

    Raises ValidationError if the official is on the meeting already, or the person is identified; Overtaken if
    somebody has changed the participation since it was read.
    """
    if not by.has_perm("visits.change_participation"):
        raise PermissionDenied("You may not change who took part.")
    if participation.official_id or participation.is_group:
        raise ValidationError("This is nobody who waits to be identified.")
    reported = participation.name
    with acting(user=by, why=f"“{reported}” is {official.name}"):
        participation.official, participation.name = official, ""
        try:
            with transaction.atomic():
                save_checked(record=participation, expected=participation.version)
        except IntegrityError:
            raise ValidationError(f"{official.name} is on this meeting already.") from None
        known = OfficialName.objects.filter(official=official, name=reported)
        if reported != official.name and not known.exists():
            OfficialName.objects.create(official=official, name=reported)
        editorial.record_change(record=participation.meeting, by=by)


@transaction.atomic
def identify_as_new(*, participation: Participation, by: User) -> Official:
    """Make an official of the name as reported, and put them in its place."""
    if not by.has_perm("visits.add_official"):
        raise PermissionDenied("You may not add officials.")
    with acting(user=by):
        official = Official.objects.create(name=participation.name)
        identify(participation=participation, official=official, by=by)
    return official
