"""Imports and suggestions in the admin: looked at, published, taken back, decided."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.admin.forms import address, desk, filled, messages_of
from tests.admin.test_editorial import choose
from tests.factories import make_country, make_note, make_official, make_stop, make_user
from tests.importing import imported_stop, imported_tour, one_tour, opened
from visits.choices import SuggestionKind, Verdict
from visits.models import ImportBatch, Meeting, Suggestion, Tour, User
from visits.services import batch_publishing, batches, suggestions

pytestmark = pytest.mark.django_db

OPEN, SENT, CLOSED = 200, 302, 403
# Session and account (2), permissions (2), the batch, its rows: by verdict, counted, listed; suggestions; whether
# anything of it was ever public (2).
PAGE_QUERIES = 9
# Session and account (2), permissions (2), the batch, its contexts and what it made of the kind (3), a page of it:
# contexts, keys, events (3), names of what they point at (5), rows.
RECORD_QUERIES = 17


@pytest.fixture
def ann() -> User:
    return make_user("Analyst", username="ann")


def page(batch: ImportBatch, name: str = "change") -> str:
    return address("importbatch", name, batch.pk)


def three_rows(batch: ImportBatch, many: int = 3) -> None:
    rows = [
        batches.Row(1, Verdict.ACCEPT, line=2, values={"country": "RU"}),
        batches.Row(2, Verdict.ACCEPT_WITH_NOTE, "The date is a month.", line=3),
        batches.Row(3, Verdict.NOT_IMPORTED, "No country <b>at all</b>.", line=4),
    ]
    batches.report(batch, rows[:many])


def suggested(batch: ImportBatch, *names: str, **given: Any) -> list[Suggestion]:
    told: dict[str, Any] = {"kind": SuggestionKind.MET, "words": "Met with them."} | given
    suggestions.propose(batch, [suggestions.Proposal(name=name, key=name, **told) for name in names])
    return list(Suggestion.objects.filter(name__in=names))


# Who may

DOORS = {
    #              viewer  analyst uploader reviewer
    "changelist": (CLOSED, OPEN,   OPEN,    OPEN),
    "change":     (CLOSED, OPEN,   OPEN,    OPEN),
    "records":    (CLOSED, OPEN,   OPEN,    OPEN),
    "publish":    (CLOSED, CLOSED, CLOSED,  SENT),
    "take_back":  (CLOSED, CLOSED, SENT,    SENT),
    "decide":     (CLOSED, SENT,   SENT,    SENT),
}  # fmt: skip


def knock(client: Client, door: str) -> int:
    batch, tour = one_tour(User.objects.get(username="ann"))
    if door in ("publish", "take_back"):
        return client.post(page(batch, door)).status_code
    if door == "decide":
        (made,) = suggested(batch, "Rupert", stop=tour.stops.all()[0])
        data = {"action": "confirm_selected", "_selected_action": [made.pk]}
        return client.post(address("suggestion", "changelist"), data).status_code
    if door == "changelist":
        return client.get(address("importbatch", "changelist")).status_code
    return client.get(page(batch, door), {"noun": "tour"}).status_code


@pytest.mark.parametrize("door", DOORS)
def test_who_may_open_which_door(door: str, ann: User) -> None:
    uploader = Client()
    uploader.force_login(ann)
    clients = [desk("Viewer"), desk("Analyst"), uploader, desk("Reviewer")]
    assert tuple(knock(client, door) for client in clients) == DOORS[door]


def test_page_offers_what_its_reader_may_do(ann: User) -> None:
    batch, _ = one_tour(ann)
    uploader = Client()
    uploader.force_login(ann)
    offered = {
        "uploader": uploader.get(page(batch)).context,
        "analyst": desk("Analyst").get(page(batch)).context,
        "reviewer": desk("Reviewer").get(page(batch)).context,
    }
    assert {who: (context["may_publish"], context["may_take_back"]) for who, context in offered.items()} == {
        "uploader": (False, True),
        "analyst": (False, False),
        "reviewer": (True, True),
    }


# Looking at it


def test_page_tells_who_what_and_the_verdict_on_each_row(ann: User) -> None:
    with opened(ann) as batch:
        three_rows(batch)
        imported_tour()
    response = desk("Analyst").get(page(batch))
    text = response.content.decode()
    assert "No country &lt;b&gt;at all&lt;/b&gt;." in text
    assert "country: RU" in text
    assert [row.number for row in response.context["rows_page"]] == [1, 2, 3]
    assert [(words, number) for _, words, number in response.context["verdicts"]] == [
        ("Accepted", 1),
        ("Accepted with a note", 1),
        ("Not imported", 1),
    ]
    made = {doing.label: doing.made for doing in response.context["doings"]}
    assert (made["tours"], made["stops"]) == (1, 1)


def test_rows_are_filtered_by_verdict_and_paged(ann: User) -> None:
    with opened(ann) as batch:
        batches.report(batch, (batches.Row(n, Verdict.ACCEPT_WITH_NOTE, "A month.") for n in range(1, 121)))
        batches.report(batch, [batches.Row(121, Verdict.NOT_IMPORTED, "No date.")])
    client = desk("Analyst")
    shown = client.get(page(batch), {"verdict": "not imported"})
    assert [row.number for row in shown.context["rows_page"]] == [121]
    shown = client.get(page(batch), {"verdict": "accept with note", "page": "3"})
    assert [row.number for row in shown.context["rows_page"]] == [*range(101, 121)]
    assert "?verdict=accept+with+note&amp;page=2" in shown.content.decode()
    for odd in ({"verdict": "?"}, {"page": "x"}, {"page": "0"}, {"page": "99999999999999999999"}):
        assert client.get(page(batch), odd).status_code == OPEN


def test_records_are_listed_with_links(ann: User) -> None:
    old = make_official(name="Rudolf V")
    with opened(ann) as batch:
        tour = imported_tour(title="The hunt", principal=old)
        type(old).objects.filter(pk=old.pk).update(description="King")
        gone = make_official(name="Black Michael")
    type(gone).objects.filter(pk=gone.pk).delete()
    client = desk("Analyst")
    made = client.get(page(batch, "records"), {"noun": "tour", "what": "made"}).content.decode()
    assert f'<a href="{address("tour", "change", tour.pk)}">The hunt</a>' in made
    changed = client.get(page(batch, "records"), {"noun": "official", "what": "changed"}).content.decode()
    assert "Rudolf V" in changed
    assert "Black Michael" not in changed
    made = client.get(page(batch, "records"), {"noun": "official"}).content.decode()
    assert "Black Michael, since deleted" in " ".join(made.split())
    for odd in ({}, {"noun": "user"}, {"noun": "tour", "what": "x"}):
        assert client.get(page(batch, "records"), odd).status_code == 404


def test_pages_cost_the_same_for_three_rows(
    ann: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = desk("Analyst")
    for many in (1, 3):
        with opened(ann) as batch:
            three_rows(batch, many)
            for _number in range(many):
                tour = imported_tour()
            suggested(batch, *(f"Rupert {many} {n}" for n in range(many)), stop=tour.stops.all()[0])
        with django_assert_num_queries(PAGE_QUERIES):
            assert len(client.get(page(batch)).context["rows_page"]) == many
        with django_assert_num_queries(RECORD_QUERIES):
            response = client.get(page(batch, "records"), {"noun": "citation"})
        assert len(response.context["records"]) == many * 2


# Publishing and taking back


def test_reviewer_publishes_all_and_is_told_what_is_kept_back(ann: User) -> None:
    with opened(ann) as batch:
        for _number in range(2):
            imported_tour()
        bare = imported_tour(title="The hunt")
        bare.citations.all().delete()
    client = desk("Reviewer")
    shown = client.get(page(batch, "publish"))
    assert shown.context["numbers"] == [("tours", 3), ("meetings", 0)]
    response = client.post(page(batch, "publish"), follow=True)
    assert messages_of(response) == [
        "Published: 2 tours and 0 meetings.",
        "“The hunt” was kept back: The tour itself has no supporting citation.",
    ]
    assert Tour.objects.public().count() == 2


def test_import_is_taken_back_with_a_preview(ann: User) -> None:
    batch, _ = one_tour(ann)
    client = Client()
    client.force_login(ann)
    text = client.get(page(batch, "take_back")).content.decode()
    assert "1 deleted" in text
    assert Tour.objects.count() == 1
    response = client.post(page(batch, "take_back"), {"why": "The wrong file"}, follow=True)
    assert messages_of(response) == ["The import of travels.xml was taken back."]
    assert (Tour.objects.count(), response.context["may_take_back"]) == (0, False)
    again = client.post(page(batch, "take_back"))
    assert messages_of(again) == ["This import is taken back: there is nothing to take back."]


def test_what_stands_in_the_way_is_shown_instead_of_the_button(ann: User) -> None:
    batch, tour = one_tour(ann)
    make_note(tour=tour, text="They never met.")
    client = desk("Reviewer")
    text = client.get(page(batch, "take_back")).content.decode()
    assert "“They never met.” (note) refers to something that this import made" in text
    assert "<textarea" not in text
    response = client.post(page(batch, "take_back"), {"why": "A slip"})
    assert messages_of(response) == ["Others have built on this import; nothing was taken back."]
    assert Tour.objects.count() == 1


def test_what_is_public_is_not_taken_back_without_a_reason(ann: User) -> None:
    batch, _ = one_tour(ann)
    batch_publishing.publish(batch=batch, by=make_user("Reviewer"))
    response = desk("Reviewer").post(page(batch, "take_back"), {"why": ""})
    assert messages_of(response) == ["Some of this import is public: say why it is taken back."]
    assert Tour.objects.public().count() == 1


def test_tour_that_an_import_made_can_be_deleted_by_an_analyst(ann: User) -> None:
    batch, tour = one_tour(ann)
    suggested(batch, "Rupert", stop=tour.stops.all()[0])
    assert desk("Analyst").post(address("tour", "delete", tour.pk), {"post": "yes"}).status_code == SENT
    assert (Tour.objects.count(), Suggestion.objects.count()) == (0, 0)


# Suggestions


def test_suggestions_are_confirmed_in_bulk(ann: User) -> None:
    with opened(ann) as batch:
        tour = imported_tour()
        made = suggested(batch, "Rupert", "Flavia", "Fritz", stop=tour.stops.all()[0])
        made += suggested(batch, "Sapt", stop=make_stop())
    response = choose(desk("Analyst"), "suggestion", "confirm_selected", *made)
    assert messages_of(response) == [
        "Confirmed: 3.",
        "“Sapt”: The stop has no supporting citation: cite it first.",
    ]
    assert Meeting.objects.filter(tour=tour).count() == 3


def test_suggestions_are_refused_in_bulk(ann: User) -> None:
    batch, tour = one_tour(ann)
    made = suggested(batch, "Rupert", "Flavia", stop=tour.stops.all()[0])
    response = choose(desk("Analyst"), "suggestion", "refuse_selected", *made)
    assert messages_of(response) == ["Refused: 2."]
    assert {suggestion.state for suggestion in Suggestion.objects.all()} == {"refused"}


def test_suggestions_are_filtered_by_import_kind_and_country(ann: User) -> None:
    ruritania, hentzau = make_country("X-RU", name="Ruritania"), make_country("X-HE", name="Hentzau")
    with opened(ann) as first:
        tour = imported_tour()
        at_home = imported_stop(tour, position=2, country=ruritania)
        suggested(first, "Rupert", party=hentzau, stop=at_home)
        suggested(first, "Flavia", stop=at_home)
    with opened(ann, title="second.xml") as second:
        suggested(second, "Fritz", tour=tour, kind=SuggestionKind.VISITOR)
    client = desk("Analyst")
    found = {}
    for query in (f"batch={first.pk}", "kind__exact=visitor", "country=X-HE", "country=X-RU", "batch=x"):
        response = client.get(f"{address('suggestion', 'changelist')}?{query}")
        found[query] = [suggestion.name for suggestion in response.context["cl"].result_list]
    assert {query: sorted(names) for query, names in found.items()} == {
        f"batch={first.pk}": ["Flavia", "Rupert"],
        "kind__exact=visitor": ["Fritz"],
        "country=X-HE": ["Rupert"],
        "country=X-RU": ["Flavia", "Rupert"],
        "batch=x": ["Flavia", "Fritz", "Rupert"],
    }


def test_name_is_mended_before_it_is_confirmed(ann: User) -> None:
    batch, tour = one_tour(ann)
    (made,) = suggested(batch, "Fidan", stop=tour.stops.all()[0])
    client, form = desk("Analyst"), address("suggestion", "change", made.pk)
    client.post(form, filled(client.get(form)) | {"name": "Hakan Fidan", "key": "other"})
    made.refresh_from_db()
    assert (made.name, made.key) == ("Hakan Fidan", "Fidan")
    suggestions.refuse(suggestions=Suggestion.objects.all(), by=ann)
    assert 'name="_save"' not in client.get(form).content.decode()
    assert client.post(form, {"name": "X"}).status_code == CLOSED


def test_two_spellings_lead_to_the_page_on_which_they_become_one(ann: User) -> None:
    keep, gone = make_official(name="Rudolf V"), make_official(name="Rudolph V")
    batch, _ = one_tour(ann)
    suggested(batch, "Rudolph V", kind=SuggestionKind.SPELLING, official=keep, other_official=gone)
    text = desk("Reviewer").get(address("suggestion", "changelist")).content.decode()
    assert f"{address('official', 'merge', keep.pk)}?other={gone.pk}" in text


def test_desk_says_how_many_wait(ann: User) -> None:
    client = desk("Analyst")
    assert client.get("/admin/desk/").context["proposed"] == []
    batch, tour = one_tour(ann)
    suggested(batch, "Rupert", "Flavia", stop=tour.stops.all()[0])
    suggested(batch, "Fritz", tour=tour, kind=SuggestionKind.VISITOR)
    suggestions.refuse(suggestions=Suggestion.objects.filter(name="Flavia"), by=ann)
    assert [(words, number) for words, number, _ in client.get("/admin/desk/").context["proposed"]] == [
        ("Somebody met at a stop", 1),
        ("A further visitor", 1),
    ]
    assert desk("Viewer").get("/admin/desk/").context["proposed"] is None
