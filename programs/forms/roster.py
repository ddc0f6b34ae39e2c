from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from programs.engines.columns import Column, Match
from programs.engines.tables import EMPTY, MAX_BYTES, TOO_LARGE, Table
from programs.models import Program, UploadKind, Year

LABELS = {
    "student_id": "Student number",
    "email": "E-mail",
    "given_name": "Given name",
    "family_name": "Family name",
    "preferred_name": "Preferred name",
    "year_level": "Year level",
    "site": "Site",
    "graduation_year": "Graduation year",
    "small_group": "Small group",
    "stream": "Stream",
    "team": "Team",
    "from": "First day",
    "to": "Last day",
    "membership": "Here",
}


class UploadForm(forms.Form):
    """Which list, of what, for which year."""

    file = forms.FileField(
        label="File",
        help_text="CSV or an Excel workbook (.xlsx), at most 10 MB.",
        error_messages={"required": "Choose a file.", "empty": EMPTY},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    kind = forms.ChoiceField(
        label="What is in it?",
        widget=forms.RadioSelect,
        initial=UploadKind.PEOPLE,
        choices=[
            (UploadKind.PEOPLE, "Students\nOne row for each student of the year"),
            (UploadKind.PLACEMENTS, "Placements\nWhere students work, from when to when"),
        ],
    )
    year: forms.ModelChoiceField[Year] = forms.ModelChoiceField(
        Year.objects.none(), label="Year", empty_label=None
    )

    def __init__(self, *args: Any, program: Program, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years: forms.ModelChoiceField[Year] = self.fields["year"]  # type: ignore[assignment]
        years.queryset = program.years.filter(ends_on__gte=program.today(at)).select_related("program")

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


class ColumnsForm(forms.Form):
    """Which column of the file is which of ours; `guessed` are places that a person has to look at."""

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Column],
        table: Table,
        found: Match,
        guessed: Mapping[str, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        likely = {**found.places, **guessed}
        self.headers = {str(place): header for place, header in enumerate(table.headers) if header}
        # What stands in a column that nobody has named is nobody's business.
        shown = set(likely.values())
        choices = [
            (place, _with_sample(header, table, int(place)) if int(place) in shown else header)
            for place, header in self.headers.items()
        ]
        for column in columns:
            must = column.needed and not column.can_be_absent
            self.fields[column.name] = forms.ChoiceField(
                label=LABELS[column.name],
                required=must,
                initial=str(likely.get(column.name, "")),
                choices=[("", "Choose a column" if must else "Not in my file"), *choices],
                error_messages={"required": "Choose the column of your file that holds this."},
            )

    def renamed(self) -> Mapping[str, str]:
        """Our column names to the headers chosen, "" for none."""
        return {name: self.headers.get(place, "") for name, place in self.cleaned_data.items()}


def _with_sample(header: str, table: Table, place: int) -> str:
    """The header and the first thing that stands under it."""
    under = (row.cells[place] for row in table.rows if place < len(row.cells))
    sample = next(filter(None, under), "")
    return f"{header} (such as {sample[:40]})" if sample else header


class ConfirmForm(forms.Form):
    """The last question before a list is put in. Where many would end, a tick is too little."""

    good_rows = forms.BooleanField(required=False)
    end_missing = forms.BooleanField(required=False)
    expected_missing = forms.IntegerField(min_value=0)
    typed_missing = forms.IntegerField(
        required=False,
        label="How many memberships to end",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, must_type: int | None = None, **kwargs: Any) -> None:
        """`must_type`: how many would end, where that number has to be typed."""
        super().__init__(*args, **kwargs)
        self.must_type = must_type
        self.fields["typed_missing"].error_messages["invalid"] = self._what_to_type

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        typed = cleaned.get("typed_missing")
        cleaned["end_missing"] = cleaned["end_missing"] or typed is not None
        asked = self.must_type is not None and cleaned["end_missing"]
        if asked and typed != self.must_type and "typed_missing" not in self.errors:
            self.add_error("typed_missing", self._what_to_type)
        return cleaned

    @property
    def _what_to_type(self) -> str:
        return f"Type {self.must_type}, or leave this empty: then nobody’s membership ends."
