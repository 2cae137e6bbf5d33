"""What a parser proposes and a person decides."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from visits.choices import SuggestionKind, SuggestionState
from visits.models import ImportBatch, Meeting, Official, Party, Stop, Suggestion, Tour, User
from visits.queries.history import event_model
from visits.services import confirming
from visits.services.acting import acting, apart

AT_ONCE = 1000


@dataclass(frozen=True)
class Proposal:
    """Somebody whom a text names: as what, in which words, and to which one record that belongs.

    ``key`` is the same for the same proposal of a later import, so it is made of what the source itself gives
    (“historian-travels:4194:met:Fidan”), not of keys of this database.
    """

    kind: SuggestionKind
    name: str
    words: str
    key: str
    title: str = ""
    party: Party | None = None
    tour: Tour | None = None
    stop: Stop | None = None
    meeting: Meeting | None = None
    official: Official | None = None
    other_official: Official | None = None


@dataclass
class Decided:
    """What was confirmed, with the record that came of it; and what could not be, each with the reason."""

    confirmed: list[tuple[Suggestion, Model]] = field(default_factory=list)
    failed: list[tuple[Suggestion, str]] = field(default_factory=list)


@transaction.atomic
def propose(batch: ImportBatch, proposals: Iterable[Proposal]) -> int:
    """Put them on the desk, but for those that were proposed before, and those refused, whatever became of them.

    Gives how many are new.
    """
    wanted = {proposal.key: proposal for proposal in proposals}
    known = set(Suggestion.objects.filter(key__in=wanted).values_list("key", flat=True))
    events = event_model(Suggestion).objects.filter(key__in=wanted, state=SuggestionState.REFUSED)
    known |= set(events.values_list("key", flat=True))
    new = [_suggestion(batch, proposal) for key, proposal in wanted.items() if key not in known]
    Suggestion.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
    return len(new)


def _suggestion(batch: ImportBatch, proposal: Proposal) -> Suggestion:
    words = proposal.words if len(proposal.words) <= 1000 else proposal.words[:999] + "…"
    return Suggestion(
        batch=batch,
        kind=proposal.kind,
        title=proposal.title[:250],
        name=proposal.name[:250],
        party=proposal.party,
        words=words,
        tour=proposal.tour,
        stop=proposal.stop,
        meeting=proposal.meeting,
        official=proposal.official,
        other_official=proposal.other_official,
        key=proposal.key,
    )


def confirm(*, suggestions: Iterable[Suggestion], by: User) -> Decided:
    """Record what each says. One that can't be recorded changes nothing and keeps no other from it.

    Raises PermissionDenied for somebody who decides no suggestions at all.
    """
    _require_decider(by)
    decided = Decided()
    for suggestion in suggestions:
        try:
            record = _confirm(suggestion, by)
        except ValidationError as error:
            decided.failed.append((suggestion, " ".join(error.messages)))
        except PermissionDenied as error:
            decided.failed.append((suggestion, str(error)))
        except IntegrityError as error:
            decided.failed.append((suggestion, str(error).splitlines()[0]))
        else:
            decided.confirmed.append((suggestion, record))
    return decided


def refuse(*, suggestions: QuerySet[Suggestion], by: User) -> int:
    """Turn down those that are open; no later import proposes them again. Gives how many there were."""
    _require_decider(by)
    now = {"state": SuggestionState.REFUSED, "decided_by": by, "decided_at": timezone.now()}
    with acting(user=by, why="Suggestions refused"):
        # Ordering and joins of a list have no place in an UPDATE.
        return Suggestion.objects.open().filter(pk__in=suggestions.order_by().values("pk")).update(**now)


def _require_decider(by: User) -> None:
    if not by.has_perm("visits.change_suggestion"):
        raise PermissionDenied("You may not decide suggestions.")


def _confirm(suggestion: Suggestion, by: User) -> Model:
    why = f"Confirmed, from the words: {suggestion.words}"
    with transaction.atomic(), apart(user=by, why=why):
        locked = Suggestion.objects.select_for_update(of=("self",)).for_list()
        current = locked.filter(pk=suggestion.pk).first()
        if current is None or current.state != SuggestionState.OPEN:
            raise ValidationError("This has been decided by somebody else meanwhile.")
        record = confirming.WAYS[SuggestionKind(current.kind)](current, by)
        now = {"state": SuggestionState.CONFIRMED, "decided_by": by, "decided_at": timezone.now()}
        Suggestion.objects.filter(pk=current.pk).update(**now)
    return record
