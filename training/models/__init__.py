from training.models.assignments import Assignment, Due, Extension
from training.models.modules import Module, ModuleVersion, Review
from training.models.progress import Progress

__all__ = ["Assignment", "Due", "Extension", "Module", "ModuleVersion", "Progress", "Review"]
