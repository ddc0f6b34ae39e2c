"""A text column that is of no use to somebody who holds the database alone."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache
def _keys(names: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(name) for name in names])


def keys() -> MultiFernet:
    """FIELD_ENCRYPTION_KEYS: the first closes, all of them open."""
    return _keys(tuple(settings.FIELD_ENCRYPTION_KEYS))


class EncryptedTextField(models.TextField[str, str]):
    """Text that is encrypted on its way into the database; '' stays ''. It cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return keys().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return keys().decrypt(value.encode()).decode() if value else value
