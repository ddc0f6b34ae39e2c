"""One service as people type it."""

from typing import Any, get_args

from django import forms

from programs.models import Program
from referrals.engines.hours import Hours
from referrals.engines.hourstext import UnreadableHours, read_hours, write_exceptions, write_week
from referrals.engines.servicechecks import INSIDE_KINDS, LONGEST, WORDS_FOR, channel_fault
from referrals.engines.services import CHANNEL_WORDS, KINDS, Channel, ChannelType, Service

WAYS = 3  # rows for numbers and addresses
MOST_LANGUAGES = 12
TELLS = (("unknown", "We do not know"), ("no", "No"), ("yes", "Yes"))
WAY_TYPES = (("", "None"), *CHANNEL_WORDS.items())


class ServiceForm(forms.Form):
    """Makes a `Service` of what was typed; `facts` after it has been found valid."""

    name = forms.CharField(label="Name", max_length=LONGEST["name"])
    short = forms.CharField(
        label="Short name",
        max_length=LONGEST["short"],
        help_text="Stands in address books and on cards. It gives nothing away.",
    )
    what_for = forms.CharField(label="What it is for", max_length=LONGEST["what_for"])
    for_whom = forms.CharField(label="For whom", max_length=LONGEST["for_whom"], required=False)
    about = forms.MultipleChoiceField(
        label="What it is about", choices=list(KINDS.items()), widget=forms.CheckboxSelectMultiple
    )
    week = forms.CharField(
        label="Opening hours",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One line for each run of days: Mon-Fri 09:00-17:00. Or: day and night. "
        "22:00-04:00 closes on the next day.",
    )
    exceptions = forms.CharField(
        label="Days with other hours",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One line for each day: 2027-12-25 closed, or 2027-12-24 09:00-12:00.",
    )
    zone = forms.CharField(
        label="Time zone of these hours", max_length=64, help_text="Such as Australia/Sydney."
    )
    holidays = forms.CharField(
        label="Closed on public holidays of",
        max_length=12,
        required=False,
        help_text="Such as AU-NSW. Leave it empty if it is open on them.",
    )
    cost = forms.CharField(label="What it costs", max_length=LONGEST["cost"], required=False)
    languages = forms.CharField(
        label="Languages", max_length=200, required=False, help_text="With commas between them."
    )
    good_to_know = forms.CharField(
        label="Good to know first", max_length=LONGEST["good_to_know"], required=False
    )
    tells_school = forms.ChoiceField(
        label="Does it tell the school?", choices=TELLS, widget=forms.RadioSelect, initial="unknown"
    )
    sites = forms.MultipleChoiceField(
        label="Sits at a teaching site", required=False, widget=forms.CheckboxSelectMultiple
    )
    serves_sites = forms.MultipleChoiceField(
        label="Only for people at",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nothing ticked means everybody.",
    )
    crisis = forms.BooleanField(label="It is there for a crisis", required=False)
    worried_friends = forms.BooleanField(label="It takes calls from a worried friend", required=False)
    named_first = forms.BooleanField(
        label="Modules, cards and posters name this one before others of its kind", required=False
    )
    source = forms.CharField(
        label="Where you found this", max_length=400, required=False, help_text="A web page, or who said so."
    )
    checked = forms.BooleanField(
        label="I have rung it or looked today, and all of this is right", required=False
    )

    def __init__(
        self,
        *args: Any,
        program: Program,
        before: Service | None = None,
        checking: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.program, self.before = program, before
        places = [(str(site.uuid), site.name) for site in program.sites.all()]
        for name in ("sites", "serves_sites"):
            sites: forms.MultipleChoiceField = self.fields[name]  # type: ignore[assignment]
            sites.choices = places
            if not places:
                del self.fields[name]
        if not checking:
            del self.fields["checked"]
        if not (before and before.emergency):
            about: forms.MultipleChoiceField = self.fields["about"]  # type: ignore[assignment]
            about.choices = [(kind, words) for kind, words in KINDS.items() if kind != "emergency"]
        self._add_ways(len(before.channels) if before else 0)
        self.initial = {"zone": program.time_zone, **(_typed(before) if before else {}), **self.initial}

    def _add_ways(self, filled: int) -> None:
        for number in range(max(WAYS, filled + 2)):
            self.fields[f"way_{number}_type"] = forms.ChoiceField(
                label="Way", choices=WAY_TYPES, required=False
            )
            for part, label, most in (
                ("value", "Number, address or place", 200),
                ("note", "A few words on it", 80),
                ("keyword", "Word to send", 20),
            ):
                self.fields[f"way_{number}_{part}"] = forms.CharField(
                    label=label, max_length=most, required=False
                )

    @property
    def _numbers(self) -> range:
        return range(sum(name.endswith("_type") for name in self.fields))

    @property
    def ways(self) -> list[list[forms.BoundField]]:
        """Rows of fields for the page."""
        return [
            [self[f"way_{number}_{part}"] for part in ("type", "value", "note", "keyword")]
            for number in self._numbers
        ]

    @property
    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "short", "what_for", "for_whom", "about")]

    @property
    def rest(self) -> list[forms.BoundField]:
        first = {"name", "short", "what_for", "for_whom", "about"}
        return [field for field in self if field.name not in first and not field.name.startswith("way_")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._channels = self._read_ways(cleaned)
        self._hours = self._read_hours(cleaned)
        return cleaned

    def _read_ways(self, cleaned: dict[str, Any]) -> list[Channel]:
        found = []
        inside = bool(set(cleaned.get("about", [])) & INSIDE_KINDS)
        for number in self._numbers:
            kind, value, note, keyword = (
                cleaned.get(f"way_{number}_{part}", "") for part in ("type", "value", "note", "keyword")
            )
            if not (kind or value):
                continue
            if kind not in get_args(ChannelType):
                self.add_error(f"way_{number}_type", "Say what this is: a telephone number, a website …")
                continue
            channel = Channel(kind, value, note, keyword)
            fault = channel_fault(channel, self.program.country, inside=inside)
            if fault:
                self.add_error(f"way_{number}_value", fault)
            found.append(channel)
        if not found:
            self.add_error("way_0_value", "There is no way to reach it yet. Add a number or a place.")
        return found

    def _read_hours(self, cleaned: dict[str, Any]) -> Hours | None:
        typed = [cleaned.get(name) for name in ("week", "exceptions", "zone", "holidays")]
        if any(text is None for text in typed):
            return None
        try:
            return read_hours(*(str(text) for text in typed))
        except UnreadableHours as unreadable:
            for sentence in unreadable.sentences:
                self.add_error("zone" if "time zone" in sentence else "week", sentence)
            return None

    @property
    def facts(self) -> Service:
        cleaned = self.cleaned_data
        languages = [word.strip() for word in cleaned["languages"].split(",") if word.strip()]
        return Service(
            key="",
            **{name: cleaned[name] for name in (*WORDS_FOR, "tells_school", "source")},
            about=frozenset(cleaned["about"]),
            channels=tuple(self._channels),
            hours=self._hours or Hours(cleaned["zone"]),
            languages=tuple(languages[:MOST_LANGUAGES]),
            crisis=cleaned["crisis"],
            emergency=self.before.emergency if self.before else False,
            worried_friends=cleaned["worried_friends"],
            sites=frozenset(cleaned.get("sites", ())),
            serves_sites=frozenset(cleaned.get("serves_sites", ())),
            named_first=cleaned["named_first"],
        )


def _typed(service: Service) -> dict[str, Any]:
    """A service as it would have been typed."""
    typed = {
        name: getattr(service, name)
        for name in (*WORDS_FOR, "tells_school", "source", "crisis", "worried_friends", "named_first")
    }
    for name in ("about", "sites", "serves_sites"):
        typed[name] = sorted(getattr(service, name))
    for number, channel in enumerate(service.channels):
        for part in ("type", "value", "note", "keyword"):
            typed[f"way_{number}_{part}"] = getattr(channel, part)
    return {
        **typed,
        "week": write_week(service.hours),
        "exceptions": write_exceptions(service.hours),
        "zone": service.hours.zone,
        "holidays": service.hours.holidays,
        "languages": ", ".join(service.languages),
    }


STATES = (
    ("", "All"),
    ("due", "To be checked"),
    ("draft", "Not shown yet"),
    ("stale", "Not checked for 180 days"),
    ("own", "Our own"),
)


class ServiceFilter(forms.Form):
    q = forms.CharField(label="Name or number", max_length=60, required=False)
    state = forms.ChoiceField(label="State", choices=STATES, required=False)


class ImportForm(forms.Form):
    file = forms.FileField(label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))
