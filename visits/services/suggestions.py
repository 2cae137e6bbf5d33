"""What a parser proposes and a person decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from visits.choices import SuggestionKind, SuggestionState
from visits.models import ImportBatch, Meeting, Official, Party, Stop, Suggestion, Tour
from visits.queries.history import event_model

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
