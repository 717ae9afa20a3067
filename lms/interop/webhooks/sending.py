"""Sending one message: bounded in size and time, never into our own network, and no redirect is followed."""

from __future__ import annotations

import http.client

from lms.core.outbound import NotReachable, ended_after, open_connection, target_of
from lms.interop.webhooks.services import Message, Outcome

PATIENCE_S = 10.0  # for one word of theirs
LONGEST_S = 20.0  # for all of it
AGENT = "benhoc-webhooks/1.0"


def send(message: Message) -> Outcome:
    """Send a message and return how it went; whatever they do, it does not raise."""
    try:
        if not message.url.startswith("https://"):
            raise NotReachable("An address begins with https://.")
        connection = open_connection(message.url)
    except NotReachable as error:
        return Outcome(error=str(error))
    except (OSError, UnicodeError, ValueError) as error:
        return Outcome(error=type(error).__name__)
    connection.timeout = PATIENCE_S
    try:
        headers = {**message.headers, "User-Agent": AGENT, "Content-Length": str(len(message.body))}
        with ended_after(connection, LONGEST_S):
            connection.request("POST", target_of(message.url), body=message.body, headers=headers)
            status = connection.getresponse().status  # nobody reads their body
        return Outcome(status, "" if status < 300 else f"HTTP {status}")
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        return Outcome(error=type(error).__name__)
    finally:
        connection.close()
