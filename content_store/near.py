"""Near copies: the same text with small changes (MinHash over words), the same picture at another size (dHash).

What a reading is like is kept once beside it, cut into bands: two that share a band may be near copies and are compared
in full, so looking one up reads a few rows however large the library is. The hashes say nothing of the text itself.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection as Several
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column, undefer

from content_store.blobs import Blobs
from content_store.errors import BlobMissing
from content_store.models import BIG_KEY, Base, Item, ItemAudience, Reading, Version, VersionFile
from content_store.search.text import words

if TYPE_CHECKING:
    from PIL import Image

HASHES, ROWS = 64, 4
SHINGLE = 5
FEWEST_WORDS = 25
MOST_WORDS = 50_000
LIKE_TEXT = 0.6
MOST_BITS = 3  # so far two pictures' hashes may differ: then one of four quarters is equal
PICTURES = frozenset({"image", "video"})
MOST_CANDIDATES = 500
_PICTURE_BANDS = 100


class Likeness(Base):
    """What a reading is like; a row without hashes says that there was nothing to tell."""

    __tablename__ = "cs_likeness"

    reading_id: Mapped[int] = mapped_column(BIG_KEY, ForeignKey("cs_reading.id"), primary_key=True)
    text_hashes: Mapped[bytes | None] = mapped_column(LargeBinary)
    picture_hash: Mapped[str | None] = mapped_column(String(16))


class LikenessBand(Base):
    """One band of a reading's hashes: equal bands are what candidates have in common."""

    __tablename__ = "cs_likeness_band"

    band: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    reading_id: Mapped[int] = mapped_column(
        BIG_KEY, ForeignKey("cs_reading.id"), primary_key=True, index=True
    )


@dataclass(frozen=True)
class Told:
    """What was found out about one reading."""

    reading_id: int
    text_hashes: tuple[int, ...] = ()
    picture_hash: int | None = None


@dataclass(frozen=True)
class Alike:
    """A version that is like another: how much (1.0 is the very same file), and by what."""

    version: Version
    share: float
    is_same_file: bool = False


def read_untold(session: Session, blobs: Blobs, limit: int = 50) -> list[Told]:
    """Find out what the next readings are like. Slow, writes nothing."""
    waiting = (
        select(Reading)
        .outerjoin(Likeness, Likeness.reading_id == Reading.id)
        .where(Likeness.reading_id.is_(None))
        .order_by(Reading.id)
        .options(undefer(Reading.text))
        .limit(limit)
    )
    return [
        Told(reading.id, hash_text(reading.text), _picture_of(reading, blobs))
        for reading in session.scalars(waiting.execution_options(yield_per=1))  # a text at a time
    ]


def keep_told(session: Session, told: Sequence[Told]) -> None:
    """Keep what was found out; told twice it is kept once."""
    there = set(
        session.scalars(
            select(Likeness.reading_id).where(Likeness.reading_id.in_([one.reading_id for one in told]))
        )
    )
    for one in told:
        if one.reading_id in there:
            continue
        packed = struct.pack(f"<{HASHES}I", *one.text_hashes) if one.text_hashes else None
        picture = None if one.picture_hash is None else f"{one.picture_hash:016x}"
        session.add(Likeness(reading_id=one.reading_id, text_hashes=packed, picture_hash=picture))
        for band in sorted(_bands(one.text_hashes, one.picture_hash)):
            session.add(LikenessBand(band=band, reading_id=one.reading_id))
    session.flush()


def hash_text(text: str) -> tuple[int, ...]:
    """The MinHash of a text's runs of five words; () where it is too short to say anything."""
    found = [word for _, word in zip(range(MOST_WORDS), words(text.casefold()), strict=False)]
    if len(found) < FEWEST_WORDS:
        return ()
    shingles = {" ".join(found[at : at + SHINGLE]) for at in range(len(found) - SHINGLE + 1)}
    from rensa import RMinHash  # type: ignore[import-untyped]  # as Pillow below: only the worker needs it

    hashes = RMinHash(num_perm=HASHES, seed=42)
    hashes.update(sorted(shingles))
    return tuple(hashes.digest())


def hash_picture(picture: Image.Image) -> int | None:
    """The dHash of a picture: where it grows lighter from left to right. None for one that is all alike."""
    from PIL.Image import Resampling

    small = picture.convert("L").resize((9, 8), Resampling.LANCZOS)
    levels = list(small.tobytes())
    bits = [levels[row * 9 + at] < levels[row * 9 + at + 1] for row in range(8) for at in range(8)]
    value = sum(1 << place for place, bit in enumerate(bits) if bit)
    return value if 6 <= value.bit_count() <= 58 else None


def _picture_of(reading: Reading, blobs: Blobs) -> int | None:
    """The hash of the small preview that the store made itself, so it is no stranger's file."""
    if reading.format not in PICTURES or reading.preview_sha256 is None:
        return None
    from PIL import Image

    try:
        with blobs.open(reading.preview_sha256) as stream, Image.open(stream) as picture:
            return hash_picture(picture)
    except (BlobMissing, OSError):
        return None


def _bands(text: Sequence[int], picture: int | None) -> set[int]:
    bands = set()
    for number in range(0, len(text), ROWS):
        digest = hashlib.blake2b(struct.pack(f"<{ROWS}I", *text[number : number + ROWS]), digest_size=6)
        bands.add((number // ROWS) << 48 | int.from_bytes(digest.digest(), "big"))
    if picture is not None:
        for quarter in range(4):
            bands.add((_PICTURE_BANDS + quarter) << 48 | (picture >> 16 * quarter) & 0xFFFF)
    return bands


def find_alike(session: Session, version: Version, audiences: Several[str], *, limit: int = 5) -> list[Alike]:
    """Other items with the same file or nearly the same content, among what these tokens may find."""
    main = version.main
    if main is None:
        return []
    alike = [
        Alike(other, 1.0, is_same_file=True)
        for other in _list_found(session, version, audiences, VersionFile.sha256 == main.sha256)
    ]
    shares = _compare(session, main.reading_id)
    known = {one.version.item_id for one in alike}
    near = _list_found(session, version, audiences, VersionFile.reading_id.in_(list(shares)))
    alike += [
        Alike(other, shares[other.main.reading_id])
        for other in near
        if other.item_id not in known and other.main is not None
    ]
    return sorted(alike, key=lambda one: (-one.share, one.version.id))[:limit]


def find_same_file(session: Session, sha256: str) -> Version | None:
    """The newest version of an item, not withdrawn, whose main file has these very bytes."""
    return session.scalars(
        select(Version)
        .join(Item, (Item.id == Version.item_id) & (Item.latest_number == Version.number))
        .join(VersionFile, (VersionFile.version_id == Version.id) & (VersionFile.role == "main"))
        .where(Item.state != "retired", VersionFile.sha256 == sha256)
        .order_by(Version.id)
        .limit(1)
    ).first()


def find_most_alike(
    session: Session, versions: Sequence[Version], audiences: Several[str]
) -> dict[int, Alike]:
    """What is most like each of several versions, by their ids: a few statements however many they are."""
    mains = {version.id: main for version in versions if (main := version.main) is not None}
    if not mains:
        return {}
    shares = _compare_many(session, {main.reading_id for main in mains.values()})
    near = {other for found in shares.values() for other in found}
    condition = VersionFile.sha256.in_({main.sha256 for main in mains.values()}) | VersionFile.reading_id.in_(
        near
    )
    others = _list_found(session, None, audiences, condition, most=MOST_CANDIDATES)
    found: dict[int, Alike] = {}
    for version in versions:
        if (main := mains.get(version.id)) is None:
            continue
        alike = [
            Alike(other, 1.0, is_same_file=True)
            if other.main.sha256 == main.sha256
            else Alike(other, shares.get(main.reading_id, {}).get(other.main.reading_id, 0.0))
            for other in others
            if other.item_id != version.item_id and other.main is not None
        ]
        best = min(alike, key=lambda one: (-one.share, not one.is_same_file, one.version.id), default=None)
        if best is not None and best.share:
            found[version.id] = best
    return found


def _compare_many(session: Session, reading_ids: Several[int]) -> dict[int, dict[int, float]]:
    """How much other readings are like each of these."""
    mine = select(LikenessBand.band).where(LikenessBand.reading_id.in_(reading_ids))
    bands: dict[int, set[int]] = {}
    shared = select(LikenessBand).where(LikenessBand.band.in_(mine)).limit(MOST_CANDIDATES * ROWS)
    for row in session.scalars(shared):
        bands.setdefault(row.band, set()).add(row.reading_id)
    wanted = set(reading_ids).union(*bands.values())
    known = {
        one.reading_id: one
        for one in session.scalars(select(Likeness).where(Likeness.reading_id.in_(wanted)))
    }
    found: dict[int, dict[int, float]] = {}
    for together in bands.values():
        for own in together & set(reading_ids):
            for other in together - {own}:
                if own in known and other in known and other not in found.setdefault(own, {}):
                    found[own][other] = _share(known[own], known[other])
    return {own: {other: share for other, share in told.items() if share} for own, told in found.items()}


def _share(one: Likeness, other: Likeness) -> float:
    """How much two readings are like each other; 0 where it is too little to tell of."""
    share = max(_text_share(one, other), _picture_share(one, other))
    return share if share >= LIKE_TEXT else 0.0


def _list_found(
    session: Session, version: Version | None, audiences: Several[str], condition: Any, *, most: int = 50
) -> list[Version]:
    """Shown versions of published items, and of the holder's own ones, that meet a condition on their main file."""
    tokens = list(audiences)
    shared = select(ItemAudience.item_id).where(ItemAudience.token.in_(tokens))
    statement = (
        select(Version)
        .join(Item, Item.id == Version.item_id)
        .join(VersionFile, (VersionFile.version_id == Version.id) & (VersionFile.role == "main"))
        .where(
            condition,
            Item.id != version.item_id if version is not None else true(),
            Item.state != "retired",
            Item.owner.in_(tokens) & (Version.number == Item.latest_number)
            | (Item.state == "published") & (Version.number == Item.published_number) & Item.id.in_(shared),
        )
        .limit(most)
    )
    newest = {found.item_id: found for found in session.scalars(statement).unique()}
    return list(newest.values())


def _compare(session: Session, reading_id: int) -> dict[int, float]:
    """How much other readings are like one, by the hashes of those that share a band with it."""
    own = session.get(Likeness, reading_id)
    if own is None:
        return {}
    mine = select(LikenessBand.band).where(LikenessBand.reading_id == reading_id)
    shared = (
        select(LikenessBand.reading_id)
        .where(LikenessBand.band.in_(mine), LikenessBand.reading_id != reading_id)
        .distinct()
        .limit(MOST_CANDIDATES)
    )
    found = {}
    for other in session.scalars(select(Likeness).where(Likeness.reading_id.in_(shared))):
        if share := _share(own, other):
            found[other.reading_id] = share
    return found


def _text_share(one: Likeness, other: Likeness) -> float:
    if one.text_hashes is None or other.text_hashes is None:
        return 0.0
    pairs = zip(
        struct.unpack(f"<{HASHES}I", one.text_hashes),
        struct.unpack(f"<{HASHES}I", other.text_hashes),
        strict=True,
    )
    same: int = sum(a == b for a, b in pairs)
    return same / HASHES


def _picture_share(one: Likeness, other: Likeness) -> float:
    if one.picture_hash is None or other.picture_hash is None:
        return 0.0
    bits = (int(one.picture_hash, 16) ^ int(other.picture_hash, 16)).bit_count()
    return 1 - bits / 64 if bits <= MOST_BITS else 0.0


def has_untold(session: Session) -> bool:
    """Whether a reading waits to be told about."""
    waiting = (
        select(Reading.id)
        .outerjoin(Likeness, Likeness.reading_id == Reading.id)
        .where(Likeness.reading_id.is_(None))
        .limit(1)
    )
    return session.scalar(waiting) is not None
