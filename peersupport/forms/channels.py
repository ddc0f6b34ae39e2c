"""What people choose about notices."""

from django import forms


def _clock(label: str, empty: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "autocomplete": "off"}),
        error_messages={"required": empty, "invalid": "Write hours and minutes, such as 21:30."},
    )


class QuietHoursForm(forms.Form):
    quiet_from = _clock("From", "Say when quiet hours begin.")
    quiet_until = _clock("Until", "Say when quiet hours are over.")
