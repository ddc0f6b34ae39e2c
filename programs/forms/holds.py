from collections.abc import Sequence
from typing import Any

from django import forms

from programs.models import Hold, Site


class HoldForm(forms.Form):
    """Whose notices to stop: everybody's, a year level's or a site's. One person's stop on their own page."""

    whom = forms.ChoiceField(
        label="Whose notices",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whose notices to stop."},
    )

    def __init__(self, *args: Any, levels: Sequence[int], sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = "Everybody\nAll students, and all others with a role here"
        self.reaches: dict[str, dict[str, Any]] = {"everybody": {"reach": Hold.Reach.PROGRAM}}
        choices = [("everybody", everybody)]
        for level in levels:
            self.reaches[f"level-{level}"] = {"reach": Hold.Reach.LEVEL, "year_level": level}
            choices.append((f"level-{level}", f"Year {level}"))
        for site in sites:
            self.reaches[str(site.uuid)] = {"reach": Hold.Reach.SITE, "site": site}
            choices.append((str(site.uuid), site.name))
        self.fields["whom"].choices = choices  # type: ignore[attr-defined]

    def reached(self) -> dict[str, Any]:
        """What `hold_notices` wants to know of the choice."""
        return self.reaches[self.cleaned_data["whom"]]
