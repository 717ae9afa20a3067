"""Short sounds made of sine waves: a rhythm, a scale, two pitches, a ferry horn."""

from __future__ import annotations

import io
import math
import struct
import wave
from collections.abc import Callable, Sequence

RATE = 16_000
Note = tuple[float, float]
"""Frequency in hertz (0 is silence) and length in seconds."""


def tones(notes: Sequence[Note], loudness: float = 0.4) -> bytes:
    """A mono 16-bit WAV; every note fades in and out so that it does not click."""
    frames = bytearray()
    for frequency, seconds in notes:
        count = int(RATE * seconds)
        fade = min(400, count // 4)
        for place in range(count):
            edge = min(1.0, place / fade, (count - place) / fade)
            value = math.sin(2 * math.pi * frequency * place / RATE) * loudness * edge
            frames += struct.pack("<h", round(value * 32767))
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(bytes(frames))
    return out.getvalue()


def rhythm() -> bytes:
    """Four bars of 2/4, strong beat higher."""
    bar = ((880.0, 0.15), (0.0, 0.45), (587.3, 0.15), (0.0, 0.45))
    return tones(bar * 4)


def scale() -> bytes:
    """C major, up."""
    names = (261.6, 293.7, 329.6, 349.2, 392.0, 440.0, 493.9, 523.3)
    return tones(tuple((frequency, 0.5) for frequency in names))


def two_pitches() -> bytes:
    """A low tone, a rest and a high tone."""
    return tones(((200.0, 2.0), (0.0, 0.5), (800.0, 2.0)))


def ferry_horn() -> bytes:
    """One long blast and two short ones."""
    return tones(((165.0, 2.4), (0.0, 0.6), (165.0, 0.6), (0.0, 0.4), (165.0, 0.6)))


def station_chime() -> bytes:
    """Three rising notes, as before an announcement at the quay."""
    return tones(((523.3, 0.5), (659.3, 0.5), (784.0, 1.0), (0.0, 0.3)))


SOUNDS: dict[str, Callable[[], bytes]] = {
    "nhip-hai-bon": rhythm,
    "am-giai-do-truong": scale,
    "am-tram-am-bong": two_pitches,
    "coi-pha": ferry_horn,
    "quay-chime": station_chime,
}
