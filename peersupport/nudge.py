"""The doorbell: tell whoever sends to look now. It may fail, and holds nobody up: the sender looks anyway."""

import logging
from time import monotonic
from typing import Final

from peersupport.celery import app

logger = logging.getLogger(__name__)
SILENCE_LASTS: Final = 30.0  # seconds in which a broker that did not answer is left alone
_silent_until = 0.0


def nudge() -> None:
    """Ring, unless nobody answered within the last half minute. What goes wrong is passed over."""
    global _silent_until  # noqa: PLW0603 - one circuit a process
    if monotonic() < _silent_until:
        return
    try:
        app.send_task("peersupport.tasks.drain_outbox", ignore_result=True, retry=False)
    except Exception:  # noqa: BLE001 - whatever a broker may raise
        _silent_until = monotonic() + SILENCE_LASTS
        logger.warning("The broker does not answer; the sender finds what is due by itself.")
