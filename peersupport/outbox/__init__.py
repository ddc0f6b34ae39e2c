"""What is to be sent is a row in the database; sending takes rows, one process apart from another.

`queue` runs inside the transaction of what happened. `drain` runs outside of any, in the sender, in a Celery
worker, or in both: each row is claimed with a lease first, and whoever has lost the lease sends nothing.
"""

from peersupport.outbox.draining import drain
from peersupport.outbox.queueing import queue, queue_code

__all__ = ["drain", "queue", "queue_code"]
