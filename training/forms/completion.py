from typing import Any

from django import forms

from programs.forms.cohorts import FilterForm
from programs.models import Program


class CompletionFilter(FilterForm):
    q = forms.CharField(label="Name, e-mail or number", required=False, max_length=80)
    level = forms.TypedChoiceField(label="Year level", coerce=int, empty_value=None, required=False)
    site = forms.UUIDField(label="Site", required=False, widget=forms.Select())
    done = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), ("no", "Not done"), ("late", "Past the day"), ("yes", "Done")],
    )

    def __init__(self, *args: Any, program: Program, levels: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level: forms.TypedChoiceField = self.fields["level"]  # type: ignore[assignment]
        level.choices = [("", "All"), *((number, f"Year {number}") for number in levels)]
        sites = [("", "All"), *((str(site.uuid), site.name) for site in program.sites.all())]
        self.fields["site"].widget.choices = sites
