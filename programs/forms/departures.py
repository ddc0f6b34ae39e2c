from typing import Any

from django import forms

from peersupport.models import User


class NameForm(forms.Form):
    """The name of a person, typed letter by letter by somebody who means it."""

    name = forms.CharField(
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Type the name as it stands above."},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["name"].label = f"Type {person} to go on"

    def clean_name(self) -> str:
        typed = " ".join(self.cleaned_data["name"].split())
        if typed.casefold() != " ".join(str(self.person).split()).casefold():
            raise forms.ValidationError("Type the name as it stands above.")
        return typed
