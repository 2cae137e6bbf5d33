"""Imports a package of the public record: out of a database that was empty it comes as it went in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from visits.choices import EditorialAction, EditorialState, ImportKind
from visits.exports.tables import TABLES
from visits.importers.package_files import BadPackage, Package, opened_package
from visits.importers.package_rows import AT_ONCE, REFERENCE, Restoring
from visits.models import EditorialEvent, Meeting, Official, Source, Topic, Tour, User
from visits.services import batches

ACCOUNT = "package-import"
RECORD: tuple[type[Model], ...] = (Tour, Meeting, Official, Topic, Source)
Tell = Callable[[str, int], None]


def import_package(
    path: Path, *, adding: bool = False, dry_run: bool = False, tell: Tell = lambda name, number: None
) -> dict[str, int]:
    """How many rows of each table were added.

    ``adding``: into a record that is not empty; what is on record is left as it is. ``tell`` is called with each table
    and its number of rows. Raises BadPackage, having changed nothing; OSError if the package can't be read.
    """
    with opened_package(path) as package:
        if not adding:
            _require_empty()
        if dry_run:
            return _rehearse(package, adding, tell)
        with batches.opened(
            kind=ImportKind.PACKAGE,
            title=package.title,
            digest=package.digest,
            options={"created": package.created, "adding": adding},
            total=sum(package.rows.values()),
        ):
            return _restore(package, adding, tell)


def _require_empty() -> None:
    counts = {model: model._default_manager.count() for model in RECORD}
    counts |= {model: model._default_manager.filter(is_reference=False).count() for model in REFERENCE}
    full = [f"{number:,} {_noun(model, number)}" for model, number in counts.items() if number]
    if full:
        raise BadPackage(
            f"There is a record already: {', '.join(full)}. Import into a database that has only been migrated, or "
            "with --add, which leaves what is on record as it is."
        )


def _noun(model: type[Model], number: int) -> str:
    return str(model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural)


def _rehearse(package: Package, adding: bool, tell: Tell) -> dict[str, int]:
    with transaction.atomic():
        counts = _restore(package, adding, tell)
        transaction.set_rollback(True)
    return counts


def _restore(package: Package, adding: bool, tell: Tell) -> dict[str, int]:
    table = TABLES[0]
    try:
        with transaction.atomic():
            account = _account()
            restoring = Restoring(package, adding, _published(account))
            for table in TABLES:
                restoring.restore(table)
                connection.check_constraints()
                tell(table.name, len(restoring.made[table.model]))
            if not adding:
                restoring.remove_the_rest()
            _note(restoring, account)
    except DatabaseError as error:
        raise BadPackage(f"{table.path} does not fit the record: {str(error).splitlines()[0]}.") from error
    return {table.name: len(restoring.made[table.model]) for table in TABLES}


def _account() -> User:
    """Whoever published it did so elsewhere. Nobody can sign in with this account."""
    account, made = User.objects.get_or_create(username=ACCOUNT, defaults={"is_active": False})
    if made:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    return account


def _published(account: User) -> dict[str, Any]:
    return {"state": EditorialState.PUBLISHED, "published_by": account}


def _note(restoring: Restoring, account: User) -> None:
    """Each tour and meeting says that nobody here has reviewed it."""
    title, created = restoring.package.title, restoring.package.created
    comment = (
        f"Imported as published, from the package {title} ({created}). It was reviewed by a second person where the "
        "package was made, not here."
    )
    for model, noun in ((Tour, "tour"), (Meeting, "meeting")):
        events = (
            EditorialEvent(**{f"{noun}_id": pk}, action=EditorialAction.IMPORTED, by=account, comment=comment)
            for pk in restoring.made[model]
        )
        EditorialEvent.objects.bulk_create(events, batch_size=AT_ONCE)
