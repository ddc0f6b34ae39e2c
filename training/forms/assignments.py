from collections.abc import Mapping
from typing import Any

from django import forms

from programs.forms.cohorts import DayField
from programs.models import Membership, Program, Year
from training.models import Assignment, ModuleVersion
from training.models.modules import Track


class VersionField(forms.ModelChoiceField[ModuleVersion]):
    def label_from_instance(self, obj: ModuleVersion) -> str:
        return obj.title


class AssignmentField(forms.ModelChoiceField[Assignment]):
    """Assignments shown by the title of their module; `titles` by the module's key."""

    titles: Mapping[int, str]

    def label_from_instance(self, obj: Assignment) -> str:
        return self.titles.get(obj.module_id, "Module")


class AssignmentForm(forms.Form):
    """Which module, for whom, by when."""

    version = VersionField(ModuleVersion.objects.none(), label="Module", empty_label=None)
    year = forms.ModelChoiceField(Year.objects.none(), label="Year", empty_label=None)
    year_level = forms.TypedChoiceField(
        label="For whom",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Modules for supporters go to supporters.",
    )
    due_on = DayField(label="Done by", error_messages={"invalid": "Write a day such as 2027-03-26."})

    def __init__(self, *args: Any, program: Program, levels: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions: VersionField = self.fields["version"]  # type: ignore[assignment]
        versions.queryset = ModuleVersion.objects.visible_in(program)
        years: forms.ModelChoiceField[Year] = self.fields["year"]  # type: ignore[assignment]
        years.queryset = program.years.order_by("-starts_on")
        self.fields["year_level"].choices = [  # type: ignore[attr-defined]
            ("", "Everybody"),
            *((level, f"Year {level} students") for level in levels),
        ]


class DueDayForm(forms.Form):
    due_on = DayField(label="New day", error_messages={"invalid": "Write a day such as 2027-03-26."})


class ExtensionForm(DueDayForm):
    """A later day for one person."""

    assignment = AssignmentField(
        Assignment.objects.none(), label="Module", empty_label=None, to_field_name="uuid"
    )
    field_order = ("assignment", "due_on")

    def __init__(self, *args: Any, membership: Membership, titles: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assignments: AssignmentField = self.fields["assignment"]  # type: ignore[assignment]
        assignments.queryset = Assignment.objects.filter(year=membership.year, track=Track.CORE)
        assignments.titles = titles
