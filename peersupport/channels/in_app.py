"""On this site: the person finds it in the list of what was sent to them. There is nothing to wait for."""

from peersupport.channels.letter import Letter, Sent


def send(letter: Letter) -> Sent:
    return Sent("delivered")
