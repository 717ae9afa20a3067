"""Compressed answers: Flask-Compress, with a short way for what nearly every answer is, a whole page made just now.

The library looks at each answer for all that an answer may be (streams, conditions, entity tags, caches). A page of a
reader has none of that, and asking costs a third of what compressing does.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Response, current_app, request
from flask_compress import Compress
from flask_compress.flask_compress import _choose_algorithm, _compress_data


class Compression(Compress):
    """Compresses what is long enough, as the browser can read it."""

    def after_request(self, response: Response | None) -> Response:
        """Return the answer, compressed where that is worth it."""
        if response is None or not _is_plain_page(response):
            answer: Response = super().after_request(response)
            return answer
        _vary(response)
        chosen = _chosen(self.enabled_algorithms, request.headers.get("Accept-Encoding", ""))
        body = response.get_data()
        if chosen is None or len(body) < current_app.config["COMPRESS_MIN_SIZE"]:
            return response
        response.headers["Content-Encoding"] = chosen
        response.set_data(_compress_data(current_app, body, chosen))
        return response


def _is_plain_page(response: Response) -> bool:
    """A page in memory that was found and is not to be kept by name: nothing can be asked of it but its bytes."""
    present = {name.lower() for name, _value in response.headers}
    return (
        response.status_code == 200
        and response.mimetype == "text/html"
        and not response.is_streamed
        and not response.direct_passthrough
        and present.isdisjoint({"etag", "last-modified", "content-encoding", "accept-ranges"})
    )


def _vary(response: Response) -> None:
    vary = response.headers.get("Vary")
    if not vary:
        response.headers["Vary"] = "Accept-Encoding"
    elif "accept-encoding" not in vary.lower():
        response.headers["Vary"] = f"{vary}, Accept-Encoding"


@lru_cache(maxsize=256)
def _chosen(algorithms: tuple[str, ...], accepted: str) -> str | None:
    """Browsers come with a handful of different texts."""
    found: str | None = _choose_algorithm(algorithms, accepted)
    return found
