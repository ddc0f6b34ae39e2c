"""The ways to reach a person: one table, each entry a small module with one function, `send(letter)`."""

from collections.abc import Callable, Mapping
from typing import Final

from peersupport.channels.email import send as send_email
from peersupport.channels.in_app import send as send_in_app
from peersupport.channels.letter import Letter, Sent
from peersupport.models.outbox import ChannelKind

CHANNELS: Final[Mapping[str, Callable[[Letter], Sent]]] = {
    ChannelKind.EMAIL: send_email,
    ChannelKind.IN_APP: send_in_app,
}
