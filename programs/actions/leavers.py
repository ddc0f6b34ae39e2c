"""Erasing people whose time is over."""

from peersupport.actions.accounts import erase_accounts
from programs.models import Departure, Membership


def erase_leavers(keys: list[int]) -> None:
    """Erase these people's roles, time away and placements, and their accounts with them."""
    Membership.objects.filter(user__in=keys).delete()
    Departure.objects.filter(user__in=keys).delete()
    erase_accounts(keys)
