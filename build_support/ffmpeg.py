"""Find ffmpeg for the tests of light films and shapes of sounds, or install it where that is allowed.

The product does without it; its tests do not. Where it is missing one sentence says so and the run fails at once,
instead of at its end for what was skipped.
"""

from __future__ import annotations

import shutil
import sys

from build_support.packages import install_package

ADVICE = "ffmpeg is missing: install it (Debian: apt-get install ffmpeg)."


def main() -> None:
    """Have ffmpeg on the path, or say what to install."""
    if shutil.which("ffmpeg") is None:
        install_package("ffmpeg")
    if shutil.which("ffmpeg") is None:
        sys.exit(ADVICE)


if __name__ == "__main__":
    main()
