"""What a line in a practice talk does, by name, and the people whom a safe ending may reach."""

from typing import Final

# Tag in a file: what the learner reads. Both lists follow the scenario bank.
GOOD: Final = {
    "observe": "Said what you saw",
    "open question": "Open question",
    "reflect": "Said back what you heard",
    "ask directly": "Asked about suicide directly",
    "set a limit": "Said what you cannot keep",
    "link": "Linked to someone",
    "check back": "Said when you will ask again",
    "stay": "Stayed with them",
    "give a choice": "Left the choice with them",
    "put right": "Put something right",
    "look after yourself": "Looked after yourself too",
}
POOR: Final = {
    "minimise": "Made it smaller",
    "fix": "Fixed before listening",
    "label": "Named an illness",
    "promise secrecy": "Promised to keep a secret",
    "blame": "Looked for fault",
    "avoid": "Changed the subject",
    "take over": "Took over",
    "break privacy": "Told somebody else",
    "leave alone": "Left somebody at risk alone",
    "pressure": "Pressed for more",
    "self": "Made it about yourself",
}
# Must be put right before a talk can end well.
UNSAFE: Final = frozenset({"promise secrecy", "leave alone", "break privacy"})
ASKED_DIRECTLY: Final = "ask directly"
PUT_RIGHT: Final = "put right"

HUMANS: Final = {
    "crisis line": "a crisis line",
    "emergency": "the emergency services",
    "doctor": "a doctor of their own",
    "counselling": "a counsellor",
    "doctors line": "the doctors’ health line",
    "specialist line": "a specialist line",
    "safer community": "the university’s safer-community office",
    "adviser": "an adviser on call",
    "supervisor": "a supervisor",
    "school": "somebody at the school",
    "friend or family": "somebody close to them",
    "colleague": "a colleague on call",
}
