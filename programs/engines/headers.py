"""What a header says: one spelling for it, and whether its column is wanted here at all."""

import re

# Beginnings of words. A program for support keeps no link to grades, attendance, sick leave or health.
UNWANTED_BEGINNINGS = (
    "aborigin", "absen", "accommodat", "adjust", "allerg", "attendance", "averag", "certificat", "citizen",
    "counsel", "criminal", "diagnos", "disab", "disciplin", "ethnic", "fitness", "gender", "gpa", "grade",
    "grading", "hardship", "health", "illness", "immunis", "indigen", "marital", "medical", "medicat",
    "mental", "misconduct", "nationality", "pregnan", "probation", "psych", "race", "religi", "remediat",
    "risk", "sick", "specialconsider", "support", "symptom", "therap", "treatment", "vaccin", "welfare",
    "wellbeing",
)  # fmt: skip
UNWANTED_WORDS = frozenset({
    "attended", "birthdate", "birthday", "condition", "conditions", "consideration", "considerations", "dob",
    "fail", "failed", "fails", "leave", "mark", "marks", "result", "results", "score", "scores", "sex",
    "special", "transcript", "visa", "visas", "wam", "wams",
})  # fmt: skip
# Where somebody is taught sounds like health and is none.
PLACES = re.compile(
    r"\bhealth (?:district|network)\b|^health services?$|\bmedical (?:school|student|program|course|degree)\b"
)


def plain(header: str) -> str:
    """One spelling for "Student ID", "student_id" and "STUDENT-ID"."""
    return re.sub(r"[\W_]+", "", header.casefold()) or header


def is_unwanted(header: str) -> bool:
    """Whether a column with this header must not be kept, not even for a moment."""
    spaced = re.sub(r"([a-z])([A-Z0-9])", r"\1 \2", re.sub(r"([A-Z])([0-9])", r"\1 \2", header))
    words = re.sub(r"[\W_]+", " ", spaced.casefold())
    left = PLACES.sub(" ", words).split()
    return any(word in UNWANTED_WORDS or word.startswith(UNWANTED_BEGINNINGS) for word in left)
