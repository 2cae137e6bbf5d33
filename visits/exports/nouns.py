"""Every noun that is exported, by the word of its addresses."""

from visits.exports import events, parties, words
from visits.exports.columns import Noun

NOUNS: dict[str, Noun] = {
    noun.name: noun
    for noun in (
        events.TOURS,
        events.STOPS,
        events.MEETINGS,
        words.AGENDA_POINTS,
        words.STATEMENTS,
        parties.COUNTRIES,
        parties.ORGANIZATIONS,
        parties.OFFICIALS,
        words.TOPICS,
        parties.PLACES,
        parties.SOURCES,
    )
}
