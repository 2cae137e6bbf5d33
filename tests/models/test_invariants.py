"""Every invariant of the domain, broken on purpose by SQL that no form or service stands in front of."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction

from tests import factories as make
from visits.choices import EditorialState
from visits.models import (
    EditorialEvent,
    ExternalIdentifier,
    FormerAddress,
    ImportBatch,
    ImportedRecord,
    ImportRow,
    Merge,
    Official,
    Participation,
    PartyName,
    Place,
    Statement,
    Tour,
    Upload,
    User,
)
from visits.models.base import Versioned
from visits.models.history import TRACKED
from visits.queries.parts import LINKS, event_model

pytestmark = pytest.mark.django_db


def refused(constraint: str, write: Callable[[], Any]) -> None:
    """The database itself says no, and names the rule."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert constraint in str(caught.value)


def change(record: models.Model, **columns: Any) -> Callable[[], Any]:
    """Change columns by an UPDATE, past every form, validator and save()."""
    return lambda: type(record)._default_manager.filter(pk=record.pk).update(**columns)


@pytest.mark.parametrize("maker", [make.make_tour, make.make_meeting, make.make_stop])
def test_an_end_is_never_before_its_start(maker: Callable[..., Any]) -> None:
    record = maker(start_date="2024-01-06")
    name = type(record)._meta.model_name
    refused(f"{name}_end_date_not_before_start_date", change(record, end_date="2024-01-05"))
    refused(f"{name}_end_date_not_before_start_date", change(record, end_date="2023"))
    change(record, end_date="2024-01")()
    change(record, end_date="2024-01-06")()


def test_an_office_does_not_end_before_it_begins() -> None:
    tenure = make.make_tenure(start_date="2020-05")
    refused("tenure_end_date_not_before_start_date", change(tenure, end_date="2020-04-30"))
    change(tenure, end_date="2020")()


def test_a_name_or_a_party_is_not_valid_backwards() -> None:
    party = make.make_country()
    refused("party_valid_to_not_before_valid_from", change(party, valid_from="1991", valid_to="1922"))
    name = PartyName.objects.create(party=party, name="Old Ruritania")
    refused("partyname_valid_to_not_before_valid_from", change(name, valid_from="1991", valid_to="1922"))


@pytest.mark.parametrize("text", ["2024-1-6", "6 January 2024", "2024-01-06T10:00", "24"])
def test_a_date_has_the_shape_of_a_partial_date(text: str) -> None:
    tour = make.make_tour()
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        change(tour, start_date=text)()


@pytest.mark.parametrize("text", ["2024-02-30", "2024-13", "0000"])
def test_a_date_exists(text: str) -> None:
    tour = make.make_tour()
    with pytest.raises(DataError), transaction.atomic():
        change(tour, start_date=text)()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-01-06", "2024-01-06", "2024-01-06"),
    ],
)
def test_a_partial_date_stores_its_bounds(text: str, first: str, last: str) -> None:
    tour = make.make_tour(start_date=text, end_date="")
    tour.refresh_from_db()
    assert (str(tour.start_earliest), str(tour.start_latest)) == (first, last)
    assert (str(tour.end_earliest), str(tour.end_latest)) == (first, last)


def test_a_tour_a_stop_and_a_meeting_have_a_start() -> None:
    for record in (make.make_tour(), make.make_meeting(), make.make_stop()):
        name = record._meta.model_name
        refused(f"{name}_start_date_not_blank", change(record, start_date="", end_date=""))


def test_a_participation_has_an_official_or_a_name() -> None:
    taking_part = make.make_participation()
    refused("participation_of_somebody", change(taking_part, official=None))
    change(taking_part, official=None, name="A delegation of fishermen")()


def test_an_official_is_on_a_meeting_once() -> None:
    first, second = (make.make_participation(meeting=meeting) for meeting in [make.make_meeting()] * 2)
    refused("participation_once", change(second, official=first.official))


def test_two_groups_of_the_same_name_may_be_on_a_meeting() -> None:
    meeting = make.make_meeting()
    for _ in range(2):
        make.make_participation(meeting=meeting, name="Advisers")
    assert Participation.objects.filter(meeting=meeting, name="Advisers").count() == 2


def test_a_point_belongs_to_a_meeting_or_a_tour() -> None:
    point = make.make_point()
    refused("agendapoint_one_target", change(point, meeting=None))
    refused("agendapoint_one_target", change(point, tour=make.make_tour()))
    change(point, meeting=None, tour=make.make_tour())()


def test_a_note_belongs_to_a_meeting_or_a_tour() -> None:
    note = make.make_note(meeting=make.make_meeting())
    refused("note_one_target", change(note, meeting=None))
    refused("note_one_target", change(note, tour=make.make_tour()))
    refused("note_text_not_blank", change(note, text=""))


def test_a_citation_has_exactly_one_target() -> None:
    targets: dict[str, models.Model] = {
        "tour": make.make_tour(),
        "stop": make.make_stop(),
        "meeting": make.make_meeting(),
        "participation": make.make_participation(),
        "point": make.make_point(),
        "statement": make.make_statement(),
        "tenure": make.make_tenure(),
        "note": make.make_note(tour=make.make_tour()),
    }
    names = list(targets)
    for name, other in zip(names, names[1:] + names[:1], strict=True):
        citation = make.make_citation(**{name: targets[name]})
        assert citation.target == targets[name]
        refused("citation_one_target", change(citation, **{name: None}))
        refused("citation_one_target", change(citation, **{other: targets[other]}))


def test_a_source_is_cited_once_at_a_locator() -> None:
    meeting, source = make.make_meeting(), make.make_source()
    make.make_citation(meeting=meeting, source=source, locator="p. 1")
    make.make_citation(meeting=meeting, source=source, locator="p. 2")
    refused(
        "citation_of_meeting_once",
        lambda: make.make_citation(meeting=meeting, source=source, locator="p. 1"),
    )


def test_an_external_identifier_is_unique_and_belongs_to_one_record() -> None:
    stop, other = make.make_stop(), make.make_stop()
    found = ExternalIdentifier.objects.create(scheme="gazette", value="1", stop=stop)
    refused(
        "external_identifier_once",
        lambda: ExternalIdentifier.objects.create(scheme="gazette", value="1", stop=other),
    )
    ExternalIdentifier.objects.create(scheme="almanac", value="1", stop=other)
    refused("externalidentifier_one_target", change(found, stop=None))
    refused("externalidentifier_one_target", change(found, tour=make.make_tour()))
    refused("externalidentifier_scheme_shape", change(found, scheme="Gazette!"))


def test_a_speaker_states_a_thing_on_a_point_once() -> None:
    said = make.make_statement(speaker=make.make_official())
    same = {"point": said.point, "on_behalf_of": said.on_behalf_of}
    refused("statement_once_a_speaker", lambda: make.make_statement(speaker=said.speaker, **same))
    make.make_statement(**same)
    refused("statement_once_without_a_speaker", lambda: make.make_statement(**same))
    assert Statement.objects.filter(**same).count() == 2


def test_an_announced_stop_has_a_date_and_a_place_in_the_itinerary() -> None:
    stop = make.make_stop()
    refused("stop_announced_in_full", change(stop, announced_on="2024-01"))
    refused("stop_announced_in_full", change(stop, announced_position=1))
    change(stop, announced_on="2024-01", announced_position=1)()


@pytest.mark.django_db(transaction=True)
def test_two_stops_of_a_tour_do_not_share_a_position() -> None:
    tour = make.make_tour()
    first, second = (make.make_stop(tour=tour, position=position) for position in (1, 2))
    refused("stop_position_once", change(second, position=1))
    with transaction.atomic():  # the rule looks at the end of the transaction, so that two may be swapped
        change(first, position=2)()
        change(second, position=1)()
    announced = {"announced_on": "2024", "announced_position": 1}
    change(first, **announced)()
    refused("stop_announced_position_once", change(second, **announced))


def test_what_is_published_says_who_published_it() -> None:
    for record in (make.make_tour(published=False), make.make_meeting(published=False)):
        name = record._meta.model_name
        refused(f"{name}_published_by_somebody", change(record, state=EditorialState.PUBLISHED))
        refused(f"{name}_state_known", change(record, state="printed"))


def test_an_editorial_event_belongs_to_one_record() -> None:
    event = EditorialEvent.objects.create(tour=make.make_tour(), action="created", by=make.make_user())
    refused("editorialevent_one_target", change(event, tour=None))
    refused("editorialevent_one_target", change(event, meeting=make.make_meeting()))


def test_a_meeting_has_its_times_in_order() -> None:
    meeting = make.make_meeting()
    refused("meeting_time_has_a_zone", change(meeting, start_time="10:00"))
    refused("meeting_end_time_has_a_start", change(meeting, end_time="10:00", time_zone="Europe/Istanbul"))
    refused("meeting_stop_has_a_tour", change(meeting, stop=make.make_stop()))


def test_codes_slugs_and_identifiers_are_unique_and_have_a_shape() -> None:
    first, second = make.make_country(), make.make_country()
    refused("code", change(second, code=first.code))
    refused("party_code_shape", change(second, code="tr"))
    refused("party_not_part_of_itself", change(second, part_of=second))
    pairs: list[Callable[..., Any]] = [
        make.make_official, make.make_place, make.make_topic, make.make_source, make.make_tour, make.make_meeting,
    ]  # fmt: skip
    for maker in pairs:
        record, other = maker(), maker()
        refused("slug", change(other, slug=record.slug))
        refused("uuid", change(other, uuid=record.uuid))
        refused("slug_shape", change(other, slug="Not A Slug"))


def test_a_place_lies_on_earth_and_once_in_its_country() -> None:
    place = make.make_place()
    refused("place_coordinates_on_earth", change(place, latitude=91, longitude=0))
    refused("place_coordinates_on_earth", change(place, latitude=10))
    refused("place_once_in_a_country", lambda: make.make_place(name=place.name, country=place.country))


def test_a_source_links_only_to_the_web() -> None:
    source = make.make_source(url="https://example.org/a#")
    refused("source_url_shape", change(source, url="javascript:alert(1)"))
    refused("source_content_hash_shape", change(source, content_hash="abc"))


def test_a_topic_is_never_its_own_ancestor() -> None:
    top = make.make_topic()
    middle = make.make_topic(parent=top)
    bottom = make.make_topic(parent=middle)
    refused("A topic cannot lie below itself", change(top, parent=bottom))
    refused("A topic cannot lie below itself", change(top, parent=top))


CLOSED_LISTS: list[tuple[Callable[..., Any], str]] = [
    (make.make_country, "kind"), (make.make_country, "region"), (make.make_place, "kind"),
    (make.make_tour, "kind"), (make.make_tour, "status"), (make.make_stop, "status"),
    (make.make_meeting, "kind"), (make.make_meeting, "status"), (make.make_participation, "role"),
    (make.make_statement, "kind"), (make.make_statement, "stance"), (make.make_source, "kind"),
    (make.make_source, "reliability"),
]  # fmt: skip


@pytest.mark.parametrize(("maker", "column"), CLOSED_LISTS)
def test_closed_lists_are_closed(maker: Callable[..., Any], column: str) -> None:
    record = maker()
    refused(f"{record._meta.model_name}_{column}_known", change(record, **{column: "?"}))


def test_the_admiralty_code_and_the_relation_of_a_citation_are_closed() -> None:
    citation = make.make_citation(tour=make.make_tour())
    refused("citation_credibility_known", change(citation, credibility=7))
    refused("citation_relation_known", change(citation, relation="doubts"))


NEVER_BLANK: list[tuple[Callable[..., Any], str]] = [
    (make.make_country, "name"), (make.make_country, "code"), (make.make_official, "name"),
    (make.make_place, "name"), (make.make_topic, "name"), (make.make_tour, "title"), (make.make_point, "title"),
    (make.make_statement, "text"), (make.make_source, "title"), (make.make_tenure, "title"),
]  # fmt: skip


@pytest.mark.parametrize(("maker", "column"), NEVER_BLANK)
def test_what_must_say_something_is_not_blank(maker: Callable[..., Any], column: str) -> None:
    record = maker()
    refused(f"{record._meta.model_name}_{column}_not_blank", change(record, **{column: ""}))


def test_every_rule_has_a_sentence_for_a_person() -> None:
    """Django's default message names the constraint; ours say what to do."""
    silent = [
        rule.name
        for model in apps.get_app_config("visits").get_models()
        for rule in model._meta.constraints
        if "is violated" in str(rule.get_violation_error_message())
    ]
    assert silent == []


def test_the_same_rules_speak_in_a_form() -> None:
    tour = Tour(
        title="A tour",
        principal=make.make_official(),
        on_behalf_of=make.make_country(),
        start_date="2024-01-06",
        end_date="2024-01-05",
    )
    with pytest.raises(ValidationError) as caught:
        tour.full_clean()
    assert caught.value.message_dict == {"__all__": ["The end is before the start."]}


def test_a_slug_is_made_by_the_database_and_a_former_one_is_kept() -> None:
    first = Official.objects.create(name="Rudolf Élphberg")
    second = Official.objects.create(name="Rudolf Elphberg")
    assert (first.slug, second.slug) == ("rudolf-elphberg", "rudolf-elphberg-2")
    arabic = Official.objects.create(name="رودولف")
    assert arabic.slug == str(arabic.uuid)[:8]
    change(first, slug="rudolf-v")()
    kept = FormerAddress.objects.values_list("noun", "address", "target")
    assert list(kept) == [("visits_official", "rudolf-elphberg", first.uuid)]
    third = Official.objects.create(name="Rudolf Elphberg")
    assert third.slug == "rudolf-elphberg-3", "a former address is not given to somebody else"


# The account, what the database or a service writes and nobody edits, and what is only ever added to.
UNCOUNTED = {
    *(User, Merge, FormerAddress, EditorialEvent, ImportBatch, ImportRow, ImportedRecord, Upload),
    *(event_model(model) for model in TRACKED),
}


def triggers_of(model: Any) -> set[str]:
    return {trigger.name for trigger in model._meta.triggers}


def test_every_row_that_is_edited_counts_its_versions() -> None:
    models = [model for model in apps.get_app_config("visits").get_models() if not model._meta.proxy]
    assert {model for model in models if not issubclass(model, Versioned)} == UNCOUNTED
    assert [
        model for model in models if issubclass(model, Versioned) and "touch" not in triggers_of(model)
    ] == []
    tenure = make.make_tenure()
    change(tenure, title="Regent")()
    tenure.refresh_from_db()
    assert tenure.version == 2


def test_every_link_between_records_counts_for_its_owner() -> None:
    models = {model for model in apps.get_app_config("visits").get_models() if issubclass(model, Versioned)}
    owned = {field.remote_field.through for model in models for field in model._meta.many_to_many}
    assert {model._meta.concrete_model for model in LINKS} == owned
    touching = {"touch_owner_insert", "touch_owner_update", "touch_owner_delete"}
    assert [model for model in LINKS if not touching <= triggers_of(model)] == []


def test_versions_count_changes_and_nothing_else() -> None:
    place = Place.objects.create(name="Strelsau", country=make.make_country())
    made = place.modified_at
    change(place, name="Strelsau")()
    place.refresh_from_db()
    assert (place.version, place.modified_at) == (1, made)
    change(place, name="Zenda")()
    place.refresh_from_db()
    assert place.version == 2
    assert place.modified_at > made


def test_text_is_kept_in_normal_form_c() -> None:
    decomposed = "Tu\u0308rkiye"
    official = Official.objects.create(name=decomposed)
    official.refresh_from_db()
    assert official.name == "T\u00fcrkiye"
    assert list(Official.objects.filter(name=decomposed)) == [official]
