"""Streaming multipart uploads, for any server that can hand over the body in pieces.

Each file part goes straight into a staged blob, hashed while it arrives: one write to the disk, flat
memory. Everything is capped, and any error, a lost connection included, forgets all parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from content_store.blobs import Staged
from content_store.errors import RefusedFile, StoreError, TooLarge
from content_store.filenames import clean_filename, folder_of

MIB = 1024 * 1024


@dataclass(frozen=True)
class UploadLimits:
    """How much one upload may hold."""

    total_bytes: int = 3 * 1024 * MIB
    file_bytes: int = 2 * 1024 * MIB
    files: int = 100
    fields: int = 200
    field_bytes: int = 1 * MIB
    header_bytes: int = 16 * 1024


@dataclass(frozen=True)
class ReceivedFile:
    """One file part: its form field, its cleaned name, what the browser calls it, and its bytes."""

    field: str
    filename: str
    claimed_type: str | None
    staged: Staged
    folder: str | None = None


@dataclass(frozen=True)
class Upload:
    """A whole form. Use it in a `with` block, or call `discard` when done: staged bytes then vanish."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[ReceivedFile, ...] = ()

    def value(self, name: str, default: str = "") -> str:
        """The first value of a field."""
        return next((value for key, value in self.fields if key == name), default)

    def values(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for key, value in self.fields if key == name]

    def discard(self) -> None:
        """Remove whatever was not committed."""
        for file in self.files:
            file.staged.abort()

    def __enter__(self) -> Upload:
        """Use the upload."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove whatever was not committed."""
        self.discard()


def stream_multipart(
    chunks: Iterable[bytes],
    content_type: str,
    *,
    stage: Callable[[], Staged],
    limits: UploadLimits | None = None,
    takes_empty: bool = False,
) -> Upload:
    """Read a `multipart/form-data` body; `stage` gives a sink per file (`blobs.stage`).

    Refuses one over a limit, and a body that stops before its end; an empty file too, unless `takes_empty` leaves it
    to the caller, so that it does not take the others with it. The caller checks the session and the cross-site token
    first: headers arrive before the body does.
    """
    receiver = _Receiver(_boundary(content_type), stage, limits or UploadLimits(), takes_empty=takes_empty)
    try:
        for chunk in chunks:
            receiver.feed(chunk)
        return receiver.finish()
    except FormParserError as error:
        receiver.abort()
        raise RefusedFile(
            "The upload is not in a form we can read. Load the page again and retry.", code="bad-upload"
        ) from error
    except BaseException:
        receiver.abort()
        raise


def _boundary(content_type: str) -> bytes:
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
        raise RefusedFile("Send files as a form (multipart/form-data).", code="not-multipart")
    return boundary


@dataclass
class _Part:
    """The part that is arriving."""

    headers: dict[bytes, bytes] = field(default_factory=dict)
    header_name: bytearray = field(default_factory=bytearray)
    header_value: bytearray = field(default_factory=bytearray)
    header_bytes: int = 0
    name: str = ""
    value: bytearray | None = None
    file: ReceivedFile | None = None
    skipped: bool = False


class _Receiver:
    """The parser's callbacks. A callback's data may be split anywhere, so everything is gathered."""

    def __init__(
        self, boundary: bytes, stage: Callable[[], Staged], limits: UploadLimits, *, takes_empty: bool
    ) -> None:
        self._stage = stage
        self._takes_empty = takes_empty
        self._limits = limits
        self._fields: list[tuple[str, str]] = []
        self._files: list[ReceivedFile] = []
        self._part = _Part()
        self._total = 0
        self._field_total = 0
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._finished,
            },
        )

    def feed(self, chunk: bytes) -> None:
        self._total += len(chunk)
        if self._total > self._limits.total_bytes:
            raise TooLarge(
                "The whole upload is larger than the limit. Send fewer files at a time.",
                code="upload-too-large",
                limit=self._limits.total_bytes,
            )
        self._parser.write(chunk)

    def finish(self) -> Upload:
        self._parser.finalize()
        if not self._ended:
            raise RefusedFile("The upload stopped before its end. Send it again.", code="upload-cut")
        return Upload(tuple(self._fields), tuple(self._files))

    def abort(self) -> None:
        for file in [*self._files, *([self._part.file] if self._part.file else [])]:
            file.staged.abort()

    def _begin(self) -> None:
        self._part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._part.header_name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._part.header_value += data[start:end]

    def _count_header(self, size: int) -> None:
        self._part.header_bytes += size
        if self._part.header_bytes > self._limits.header_bytes:
            raise RefusedFile("A file name is too long. Rename the file and retry.", code="header-too-long")

    def _header_end(self) -> None:
        part = self._part
        part.headers[bytes(part.header_name).lower()] = bytes(part.header_value)
        part.header_name.clear()
        part.header_value.clear()

    def _headers_finished(self) -> None:
        kind, options = parse_options_header(self._part.headers.get(b"content-disposition", b""))
        if kind != b"form-data" or b"name" not in options:
            raise RefusedFile("The upload is not in a form we can read.", code="bad-upload")
        self._part.name = _decode(options[b"name"])
        filename = options.get(b"filename")
        if filename is None:
            self._begin_field()
        elif filename == b"":
            self._part.skipped = True
        else:
            self._begin_file(_decode(filename))

    def _begin_field(self) -> None:
        if len(self._fields) >= self._limits.fields:
            raise TooLarge("The form has too many fields.", code="too-many-fields")
        self._part.value = bytearray()

    def _begin_file(self, filename: str) -> None:
        if len(self._files) >= self._limits.files:
            raise TooLarge(
                f"Send at most {self._limits.files} files at a time.",
                code="too-many-files",
                most=self._limits.files,
            )
        claimed = self._part.headers.get(b"content-type")
        self._part.file = ReceivedFile(
            field=self._part.name,
            filename=clean_filename(filename),
            folder=folder_of(filename),
            claimed_type=_decode(claimed)[:120] if claimed else None,
            staged=self._stage(),
        )

    def _data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        if part.file is not None:
            if part.file.staged.size + end - start > self._limits.file_bytes:
                raise TooLarge(
                    f"“{part.file.filename}” is larger than the limit. Compress it or split it.",
                    code="file-too-large",
                    filename=part.file.filename,
                    limit=self._limits.file_bytes,
                )
            part.file.staged.write(data[start:end])
        elif part.value is not None:
            self._field_total += end - start
            if self._field_total > self._limits.field_bytes:
                raise TooLarge("The text of the form is too long.", code="fields-too-large")
            part.value += data[start:end]
        elif part.skipped and end > start:
            raise RefusedFile("A file was sent without a name. Rename it and retry.", code="no-filename")

    def _end(self) -> None:
        part = self._part
        if part.file is not None:
            if part.file.staged.size == 0 and not self._takes_empty:
                raise RefusedFile(
                    f"“{part.file.filename}” is empty. Check the file on your computer and send it again.",
                    code="empty-file",
                    filename=part.file.filename,
                )
            part.file.staged.finish()
            self._files.append(part.file)
        elif part.value is not None:
            self._fields.append((part.name, _decode(bytes(part.value))))
        self._part = _Part()

    def _finished(self) -> None:
        self._ended = True


def _decode(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise StoreError(
            "The form is not UTF-8 text. Load the page again and retry.", code="bad-text"
        ) from None
