"""What staff type after a test call."""

from django import forms


class DigitsForm(forms.Form):
    digits = forms.CharField(
        label="Digits they read out",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Type the four digits.", "max_length": "There are four digits."},
    )
