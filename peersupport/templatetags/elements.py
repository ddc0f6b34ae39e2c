"""The few elements that take words in between; the others are plain includes from `templates/elements/`."""

from typing import Any

from django import forms, template
from django.template.loader import render_to_string

register = template.Library()


@register.inclusion_tag("elements/icon.html")
def icon(name: str) -> dict[str, str]:
    """A drawing beside a word, never instead of one: `phone` or `cross`."""
    return {"name": name}


@register.simple_block_tag
def note(content: str, kind: str = "", title: str = "", level: int = 2) -> str:
    """One thing the page must tell; kind: nothing, `done`, `look`, `on`, `danger`."""
    return render_to_string(
        "elements/note.html", {"content": content, "kind": kind, "title": title, "level": level}
    )


@register.simple_block_tag
def empty(content: str) -> str:
    """Nothing here yet: what will appear, and the one thing to do."""
    return render_to_string("elements/empty.html", {"content": content})


@register.filter
def is_choice_of_picks(field: Any) -> bool:
    """Whether this form field shows as a list of things to pick from."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.filter
def is_tick(field: Any) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.simple_tag
def control(field: Any) -> str:
    """The control of a form field, with Bootstrap's class for its kind and state."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        name = "form-check-input"
    elif isinstance(widget, forms.Select):
        name = "form-select"
    else:
        name = "form-control"
    classes = [widget.attrs.get("class", ""), name, "is-invalid" if field.errors else ""]
    return str(field.as_widget(attrs={"class": " ".join(word for word in classes if word)}))


@register.filter
def lines(label: Any) -> list[str]:
    """A choice's words, and after a line break what stands small under them."""
    return str(label).split("\n")
