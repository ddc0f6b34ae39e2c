"""The one way an action says no; and what the database raises when it is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import InterfaceError, InternalError, OperationalError
from django.forms import BaseForm

# Gone, restarting, its disk full, or only to be read (PostgreSQL calls that internal). Not our own mistakes.
DATABASE_AWAY: Final = (OperationalError, InterfaceError, InternalError)


class Refused(Exception):
    """Carries a sentence that the person can read and act on."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@contextmanager
def said_in(form: BaseForm) -> Iterator[None]:
    """Show a refusal at the top of the form that was sent, so that nothing typed is lost."""
    try:
        yield
    except Refused as refused:
        form.add_error(None, refused.sentence)
