"""Of which words titles and names are made, in English."""

import re

# A title holds one of these …
HEADS = frozenset({
    "administrator", "adviser", "advisor", "ambassador", "amir", "attorney", "chair", "chairman",
    "chairperson", "chairwoman", "chancellor", "chief", "co-chair", "commander", "commissioner",
    "coordinator", "counsellor", "counselor", "director", "duchess", "duke", "emir", "emperor",
    "empress", "envoy", "general", "governor", "head", "king", "leader", "marshal", "mayor", "member",
    "minister", "minster", "monarch", "pope", "premier", "president", "prince", "princess", "queen",
    "regent", "representative", "secretary", "senator", "shah", "speaker", "sultan", "taoiseach",
    "undersecretary",
})  # fmt: skip
PLURALS = {
    "chancellors": "Chancellor",
    "ministers": "Minister",
    "presidents": "President",
    "secretaries": "Secretary",
}
# … and of these what else there is.
QUALIFIERS = frozenset({
    "acting", "affairs", "agriculture", "assistant", "brigadier", "cabinet", "chiefs", "co-operation",
    "colonel", "commerce", "commission", "cooperation", "council", "crown", "defence", "defense",
    "deputy", "designate", "development", "economic", "economy", "education", "elect", "energy",
    "environment", "european", "executive", "expatriates", "external", "federal", "finance", "first",
    "foreign", "grand", "high", "home", "interim", "interior", "international", "junta", "justice",
    "labor", "labour", "lieutenant", "major", "ministry", "national", "nations", "party", "people",
    "policy", "presidency", "prime", "principal", "provisional", "relations", "resident", "second",
    "security", "special", "staff", "state", "supreme", "trade", "transition", "transitional",
    "treasury", "under", "united", "vice",
})  # fmt: skip
LINKS = frozenset({"of", "the", "and", "&", "for"})
# They stand before a title and are no part of it.
MODIFIERS = frozenset({
    "a", "also", "both", "caretaker", "elected", "former", "her", "his", "incoming", "its", "new",
    "newly", "outgoing", "the", "their", "then", "with",
})  # fmt: skip
# They stand within a name and begin with a small letter.
PARTICLES = frozenset({
    "abd", "abu", "al", "bin", "bint", "d", "da", "das", "de", "del", "della", "den", "der", "di", "do",
    "dos", "du", "e", "el", "ibn", "la", "le", "ould", "ter", "ul", "uld", "van", "von", "y", "zu",
})  # fmt: skip
# Titles at the beginning of one; behind another title they are names: “Prime Minister Amir Abbas Hoveyda”.
NAMES_TOO = frozenset({"amir", "shah"})
# What an enumeration goes on with when it is over: “and addressed the Congress”.
ACTS = re.compile(r"[a-z]+ed|gave|held|led|made|saw|spoke|took|went")
