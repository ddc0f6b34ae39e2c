import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from programs.models import Program, Role, Site


class DayField(forms.DateField):
    """A day that a program can mean; far ones are slips of the finger."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        first = MinValueValidator(date(2000, 1, 1), "Write a day after 1 January 2000.")
        last = MaxValueValidator(date(2100, 12, 31), "Write a day before 2101.")
        super().__init__(validators=[first, last], **kwargs)


def seen_name(name: str) -> str:
    """The name, if every letter of it can be seen; a turned or hidden letter makes it look like another."""
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"} for letter in name):
        raise forms.ValidationError("This name has characters that cannot be seen. Type it again.")
    return name


class PersonForm(forms.Form):
    """A person and the role they get for the rest of this year."""

    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    given_name = forms.CharField(label="Given name", max_length=120, required=False)
    family_name = forms.CharField(label="Family name", max_length=120, required=False)
    role = forms.TypedChoiceField(label="Role", coerce=Role, choices=Role.choices)
    year_level = forms.IntegerField(
        label="Year level", min_value=1, max_value=10, required=False, help_text="For students only."
    )
    site: forms.ModelChoiceField[Site] = forms.ModelChoiceField(
        Site.objects.none(), label="Site", required=False, empty_label="None", help_text="For students only."
    )

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites: forms.ModelChoiceField[Site] = self.fields["site"]  # type: ignore[assignment]
        sites.queryset = program.sites.all()

    def clean_given_name(self) -> str:
        return seen_name(self.cleaned_data["given_name"])

    def clean_family_name(self) -> str:
        return seen_name(self.cleaned_data["family_name"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_student = cleaned.get("role") == Role.STUDENT
        if is_student and cleaned.get("year_level") is None:
            self.add_error("year_level", "Write the student's year level, for example 3.")
        if not is_student:
            cleaned["year_level"] = cleaned["site"] = None
        return cleaned


class LeaveForm(forms.Form):
    """Time away: two days, and no room for a reason."""

    starts_on = DayField(
        label="First day away", error_messages={"invalid": "Write a day such as 2027-03-26."}
    )
    ends_on = DayField(label="Last day away", error_messages={"invalid": "Write a day such as 2027-03-26."})


# The address of a filtered list goes into the history: it gives the role's place, not its name.
ROLE_BY_PLACE = {str(place): role for place, role in enumerate(Role, start=1)}


class FilterForm(forms.Form):
    """What narrows a list: every field optional, all of them in the address."""

    def in_words(self) -> str:
        """What the list is narrowed to, as people read it; empty when it is not."""
        chosen = self.cleaned_data if self.is_valid() else {}
        words = []
        for name, value in chosen.items():
            if value not in (None, ""):
                choices = {str(key): label for key, label in getattr(self.fields[name].widget, "choices", ())}
                words.append(str(choices.get(str(value), value)))
        return ", ".join(words)


class PeopleFilter(FilterForm):
    q = forms.CharField(label="Name, e-mail or number", required=False, max_length=80)
    role = forms.TypedChoiceField(
        label="Role",
        required=False,
        empty_value="",
        coerce=ROLE_BY_PLACE.__getitem__,
        choices=[("", "All"), *((place, role.label) for place, role in ROLE_BY_PLACE.items())],
    )
    state = forms.ChoiceField(label="State", required=False, choices=[("", "In force"), ("ended", "Ended")])
