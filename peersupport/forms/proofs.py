"""What people type so that they can be reached, and to show that they are."""

from typing import Any

from django import forms

from peersupport.engines.telephone import read_number

ODD_NUMBER = "Nobody can be rung there. Write it as you would dial it, or with a + and the country in front."


class CodeForm(forms.Form):
    code = forms.CharField(
        label="The code from the e-mail",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Type the six numbers.", "max_length": "The code has six numbers."},
    )


class NumberForm(forms.Form):
    number = forms.CharField(
        label="Telephone number",
        max_length=40,
        help_text="A mobile is best. It must be one that you answer yourself.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": "Type the number.", "max_length": ODD_NUMBER},
    )

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._country = country

    def clean_number(self) -> str:
        number = read_number(self.cleaned_data["number"], self._country)
        if not number:
            raise forms.ValidationError(ODD_NUMBER)
        return number
