"""Every page of the admin opens, for those who may open it, at the same cost for one row as for three."""

import pytest
from django.contrib import admin
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.admin.forms import address, desk, filled
from tests.admin.records import one_of_each
from visits.models import EditorialEvent, FormerAddress

pytestmark = pytest.mark.django_db

READ_ONLY = {"formeraddress", "editorialevent", "merge", "importbatch"}
# Made by parsers, and kept.
NEITHER_ADDED_NOR_DELETED = {*READ_ONLY, "suggestion"}
# What a list asks for: session and account (2), counts (2), rows (1), and what stands beside them.
QUERIES = {
    "country": 5,
    "organization": 5,
    "party": 5,
    "place": 5,
    "official": 7,
    "tenure": 5,
    "tour": 6,
    "stop": 6,
    "meeting": 8,
    "participation": 5,
    "agendapoint": 5,
    "statement": 5,
    "topic": 5,
    "source": 5,
    "note": 5,
    "citation": 5,
    "externalidentifier": 6,
    "user": 6,
    "formeraddress": 5,
    "editorialevent": 7,
    "merge": 5,
    "importbatch": 5,
    "suggestion": 7,
}


def test_every_record_is_looked_at_here() -> None:
    registered = {
        model._meta.model_name for model in admin.site._registry if model._meta.app_label == "visits"
    }
    assert set(QUERIES) == registered
    assert set(one_of_each()) == registered


def test_pages_of_every_record_open() -> None:
    records = one_of_each()
    client = desk()
    pages = [address(noun, "changelist") for noun in records]
    pages += [
        address(noun, page, record.pk) for noun, record in records.items() for page in ("change", "history")
    ]
    pages += [address(noun, "add") for noun in records if noun not in NEITHER_ADDED_NOR_DELETED]
    pages += [
        address(noun, "delete", record.pk)
        for noun, record in records.items()
        if noun not in NEITHER_ADDED_NOR_DELETED
    ]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.parametrize("noun", sorted(set(QUERIES) - READ_ONLY - {"user"}))
def test_saving_a_form_as_it_is_changes_nothing(noun: str) -> None:
    record = one_of_each()[noun]
    client = desk()
    page = address(noun, "change", record.pk)
    events = EditorialEvent.objects.count()
    response = client.post(page, filled(client.get(page)))
    assert response.status_code == 302
    before = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    record.refresh_from_db()
    after = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    assert after | {"slug": None} == before | {"slug": None}
    assert EditorialEvent.objects.count() == events


@pytest.mark.parametrize("noun", sorted(QUERIES))
def test_list_costs_the_same_for_three_rows(
    noun: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = desk()
    keys = [str(one_of_each()[noun].pk) for _ in range(3)]
    for shown in (keys[:1], keys):
        page = f"{address(noun, 'changelist')}?id__in={','.join(shown)}"
        with django_assert_num_queries(QUERIES[noun]):
            response = client.get(page)
        assert len(response.context["cl"].result_list) == len(shown)


def test_records_of_the_database_itself_can_only_be_looked_at() -> None:
    records = one_of_each()
    client = desk()
    for noun in READ_ONLY:
        page = address(noun, "change", records[noun].pk)
        assert client.get(address(noun, "add")).status_code == 403
        assert client.post(page, {"comment": "x", "address": "x"}).status_code == 403
        assert client.post(address(noun, "delete", records[noun].pk), {"post": "yes"}).status_code == 403
    assert FormerAddress.objects.filter(pk=records["formeraddress"].pk).exists()


def test_index_begins_with_what_is_opened_most() -> None:
    app = next(app for app in desk().get("/admin/").context["app_list"] if app["app_label"] == "visits")
    assert [model["object_name"] for model in app["models"]][:4] == ["Meeting", "Tour", "Source", "Official"]
    assert {"Party", "Participation"} & {model["object_name"] for model in app["models"]} == set()


def test_admin_has_the_products_name_and_no_side_bar() -> None:
    page = desk().get("/admin/").content.decode()
    assert "<title>Records | Readout</title>" in page
    assert "nav-sidebar" not in page


def test_page_of_no_record_leads_back_to_the_index() -> None:
    client = desk()
    for key in ("0", "nonsense", "9" * 30):
        assert client.get(address("meeting", "change", key)).status_code == 302


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%F0%9F%98%80", "q=" + "x" * 5000, "year=99999", "year=0000", "year=x", "state__exact=x"],
)
def test_lists_bear_any_address(query: str) -> None:
    assert desk().get(f"{address('meeting', 'changelist')}?{query}").status_code == 200


def test_anonymous_visitor_is_asked_to_sign_in() -> None:
    for noun in ("meeting", "source"):
        response = Client().get(address(noun, "changelist"))
        assert response["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    "noun", ["tour", "stop", "meeting", "official", "country", "place", "topic", "source"]
)
def test_form_leads_to_the_public_page(noun: str) -> None:
    record = one_of_each()[noun]
    client = desk()
    link = client.get(address(noun, "change", record.pk)).context["absolute_url"]
    assert client.get(link)["Location"] == f"http://testserver{record.get_absolute_url()}"
