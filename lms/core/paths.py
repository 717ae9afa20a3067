"""Where templates, migrations and built files are: inside the wheel, or at the top of a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parent


def resource(name: str) -> Path:
    """Return the folder `name` (`templates`, `migrations`) of this installation.

    A wheel carries these folders inside the package; a checkout has them beside it.
    """
    inside = PACKAGE / name
    return inside if inside.is_dir() else CHECKOUT / name


TEMPLATES = resource("templates")
MIGRATIONS = resource("migrations")
STATIC = PACKAGE / "static"
TRANSLATIONS = PACKAGE / "translations"
