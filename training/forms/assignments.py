from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from programs.models import Membership, Program, Year
from training.models import Assignment, ModuleVersion
from training.models.modules import Track


def plain_helper() -> FormHelper:
    """Fields only: the template owns the form tag, the token and the button."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AssignmentForm(forms.Form):
    """Which module, for whom, by when."""

    version = forms.ModelChoiceField(ModuleVersion.objects.none(), label="Module", empty_label=None)
    year = forms.ModelChoiceField(Year.objects.none(), label="Year", empty_label=None)
    year_level = forms.TypedChoiceField(
        label="For whom", coerce=int, empty_value=None, required=False, help_text="Modules for supporters go to supporters."
    )
    due_on = DayField(label="Done by", error_messages={"invalid": "Write a day such as 2027-03-26."})

    def __init__(self, *args: Any, program: Program, levels: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        versions: forms.ModelChoiceField[ModuleVersion] = self.fields["version"]  # type: ignore[assignment]
        versions.queryset = ModuleVersion.objects.visible_in(program)
        versions.label_from_instance = lambda version: version.title  # type: ignore[method-assign]
        years: forms.ModelChoiceField[Year] = self.fields["year"]  # type: ignore[assignment]
        years.queryset = program.years.order_by("-starts_on")
        self.fields["year_level"].choices = [  # type: ignore[attr-defined]
            ("", "Everybody"),
            *((level, f"Year {level} students") for level in levels),
        ]


class DueDayForm(forms.Form):
    due_on = DayField(label="New day", error_messages={"invalid": "Write a day such as 2027-03-26."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class ExtensionForm(DueDayForm):
    """A later day for one person."""

    assignment = forms.ModelChoiceField(Assignment.objects.none(), label="Module", empty_label=None, to_field_name="uuid")
    field_order = ("assignment", "due_on")

    def __init__(self, *args: Any, membership: Membership, titles: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assignments: forms.ModelChoiceField[Assignment] = self.fields["assignment"]  # type: ignore[assignment]
        assignments.queryset = Assignment.objects.filter(year=membership.year, track=Track.CORE)
        assignments.label_from_instance = (  # type: ignore[method-assign]
            lambda assignment: titles.get(assignment.module_id, "Module")
        )
