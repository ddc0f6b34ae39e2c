from training.models.assignments import Assignment, Due, Extension
from training.models.counts import CountsReport
from training.models.modules import Module, ModuleVersion, Review
from training.models.practice import Practice, PracticeReview, PracticeVersion, Talking
from training.models.progress import Progress
from training.models.reminders import ReminderDay

__all__ = [
    "Assignment",
    "CountsReport",
    "Due",
    "Extension",
    "Module",
    "ModuleVersion",
    "Practice",
    "PracticeReview",
    "PracticeVersion",
    "Progress",
    "ReminderDay",
    "Review",
    "Talking",
]
