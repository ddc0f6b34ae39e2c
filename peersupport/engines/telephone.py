"""Telephone numbers of people, as they are kept (E.164) and as they are shown."""

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

OF_A_PERSON = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
}


def read_number(typed: str, country: str) -> str:
    """The number as it is kept, read as people in this country dial it; '' when nobody can be rung there."""
    try:
        parsed = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        return ""
    good = phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) in OF_A_PERSON
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) if good and not parsed.extension else ""


def shown_number(kept: str) -> str:
    return phonenumbers.format_number(phonenumbers.parse(kept), PhoneNumberFormat.INTERNATIONAL)
