from typing import Any

from django import forms

from programs.forms.cohorts import DayField
from programs.models import Program, Year
from training.models import ModuleVersion


class VersionField(forms.ModelChoiceField[ModuleVersion]):
    def label_from_instance(self, obj: ModuleVersion) -> str:
        return obj.title


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
