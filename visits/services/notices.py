"""Mails about reviews: to reviewers, what waits for them; to authors, what became of it.

They go to active accounts that have an address and want them, never to whoever acted. What is sent and when is told
in ``mailing``: after the commit, and a server that fails breaks nothing.
"""

from typing import Any

from django.db.models import QuerySet

from visits.models import Meeting, Tour, User
from visits.services import mailing


def waiting(*, record: Tour | Meeting, by: User, editors: set[int], edited: bool = False) -> None:
    """Tell those who may publish the record and are none of its editors (primary keys).

    ``edited`` says that nobody submitted it: it was published, and a change has brought it back to review.
    """
    permission = f"visits.publish_{record._meta.model_name}"
    reviewers = User.objects.with_perm(permission, include_superusers=False).exclude(pk__in=editors)
    _tell(reviewers, "waiting", record, by, edited=edited)


def returned(*, record: Tour | Meeting, by: User, authors: set[int], comment: str) -> None:
    """Tell the authors (primary keys) what is to be mended."""
    _tell(User.objects.filter(pk__in=authors), "returned", record, by, comment=comment)


def published(*, record: Tour | Meeting, by: User, authors: set[int]) -> None:
    """Tell the authors (primary keys) where the record can be read."""
    _tell(User.objects.filter(pk__in=authors), "published", record, by)


def _tell(people: QuerySet[User], template: str, record: Tour | Meeting, by: User, **words: Any) -> None:
    wanting = people.filter(is_active=True, wants_mail=True).exclude(email="").exclude(pk=by.pk)
    addresses = list(wanting.order_by("pk").values_list("email", flat=True))
    if not addresses:
        return
    name = record._meta.model_name
    words |= {
        "by": by.get_full_name() or by.username,
        "noun": name,
        "record": record,
        "public_page": mailing.site_address(record.get_absolute_url()),
        "desk_page": mailing.address(f"admin:visits_{name}_change", record.pk),
        "account_page": mailing.address("admin:account"),
    }
    mailing.send_later([mailing.compose(template=template, to=to, **words) for to in addresses])
