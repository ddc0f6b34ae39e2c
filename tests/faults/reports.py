"""What a fault test counted, shown at the end of the run, also of one in several processes."""

from collections.abc import Callable
from typing import TypeAlias

Say: TypeAlias = Callable[[str], None]
