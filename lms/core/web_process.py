"""How web processes share what comes in: who is busy leaves a new visitor to who is not, for a moment.

All of them listen on one socket. The first that wakes takes a connection, and keeps it for as long as the browser does:
of ten connections that come at once, one process would often get eight, work on one core and let the other one idle.
"""

from __future__ import annotations

import socket
import time

from gunicorn.workers.gthread import ThreadWorker

STEP_S, LONGEST_S = 0.001, 0.004


class FairWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn carries no types
    """Gunicorn's worker of threads, which hesitates the longer the more requests it has in hand."""

    def in_hand(self) -> int:
        """Return how many connections are being answered now; kept ones that ask nothing do not count."""
        return int(self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns))

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, unless an idler process took it meanwhile."""
        busy = self.in_hand()
        if busy > 0:
            time.sleep(min(busy * STEP_S, LONGEST_S))
        super().accept(listener)
