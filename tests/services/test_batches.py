"""An import from its preview to its end: verdicts, progress, and a history that knows what it did."""

import pytest

from tests import factories as make
from visits.choices import ImportKind
from visits.models import ImportBatch, Official, Party, User
from visits.queries.batches import context_ids, doings_of, events_in
from visits.services import batches
from visits.services.acting import acting

pytestmark = pytest.mark.django_db

DIGEST = "0123456789abcdef" * 4


@pytest.fixture
def analyst() -> User:
    return make.make_user("Analyst", username="ann")


def opened(by: User | None = None, **given: object) -> object:
    return batches.opened(kind=ImportKind.HISTORIAN, title="travels.xml", digest=DIGEST, by=by, **given)  # type: ignore[arg-type]


def done(batch: ImportBatch) -> dict[str, tuple[int, int]]:
    return {doing.noun: (doing.made, doing.changed) for doing in doings_of(batch)}


def test_history_knows_the_batch_of_every_row_however_it_was_written(analyst: User) -> None:
    country, old = make.make_country("X-RU"), make.make_official(name="Rudolf V")
    with opened(analyst) as batch:
        tour = make.make_tour(published=False, principal=old, on_behalf_of=country)
        Official.objects.bulk_create([Official(name=name) for name in ("Black Michael", "Rupert")])
        Official.objects.filter(name="Rupert").update(description="Of Hentzau")
        Party.objects.filter(pk=country.pk).update(name="The kingdom")
        with acting(user=analyst, why="A stop"):
            make.make_stop(tour=tour, country=country)
    assert done(batch) == {
        "party": (0, 1),
        "official": (2, 0),
        "tour": (1, 0),
        "stop": (1, 0),
    }
    contexts = context_ids(batch)
    said = events_in(contexts, Official).values_list("pgh_context__metadata__through", flat=True)
    assert set(said) == {"import"}
