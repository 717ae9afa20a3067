"""All settings, read once from the environment into one frozen value. The defaults run on a laptop."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


def setting(default: Any, text: str) -> Any:
    """Declare one setting with its default and the sentence that `docs/configuration.md` shows."""
    return field(default=default, metadata={"doc": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment may choose. Every engine is chosen by URL; an empty value means the default below."""

    data_dir: str = setting(
        "var", "Folder for everything a small installation keeps: database, files, index, queue."
    )
    database_url: str = setting(
        "", "SQLAlchemy URL; default SQLite in DATA_DIR; PostgreSQL as postgresql+psycopg://."
    )
    storage_url: str = setting(
        "", "Where files are kept: file:///folder or s3://bucket/prefix?endpoint=...&region=...."
    )
    search_url: str = setting(
        "",
        "Search engine: whoosh:///folder, tantivy:///folder (an extra) or postgresql+psycopg://...; default Whoosh, or PostgreSQL when the database is.",
    )
    queue_url: str = setting(
        "", "Wake-up queue: sqlite:///file, redis://..., postgresql://..., none: (polling only)."
    )
    mail_url: str = setting(
        "console:", "Outgoing mail: console:, smtp://user:password@host:port?tls=1, memory: (tests)."
    )
    cache_url: str = setting(
        "memory:",
        "Cache of public pages and rate limits: memory:, redis://... or none: (no page is kept, limits in memory); several nodes need Redis.",
    )
    base_url: str = setting(
        "http://127.0.0.1:8000", "Public address of the site, without a slash at the end."
    )
    content_url: str = setting(
        "http://127.0.0.1:8001", "Public address of the file server: another origin than BASE_URL."
    )
    iri_base: str = setting(
        "", "Base of permanent identifiers in learning records; fixed at install; default BASE_URL."
    )
    trusted_proxies: int = setting(0, "How many reverse proxies stand in front and may set X-Forwarded-For.")
    secret_key: str = setting(
        "", "Key of all signatures; default: made once and kept in DATA_DIR/secret_key."
    )
    mail_from: str = setting("Bến Học <no-reply@localhost>", "Sender of outgoing mail.")
    site_name: str = setting("Bến Học", "Name shown in titles and mail.")
    antivirus_url: str = setting(
        "none:", "Scanner of uploaded files: none:, clamd://host:3310 or clamd:///run/clamd.sock."
    )
    max_upload_mb: int = setting(2048, "Largest single file that may be uploaded, in MB.")
    shared_session_minutes: int = setting(30, "Idle minutes after which a sign-in on a shared computer ends.")
    session_days: int = setting(30, "Days after which a sign-in on one's own device ends when unused.")
    open_sign_up: bool = setting(True, "May anyone make a citizen's account by mail?")
    sysadmin_second_factor: bool = setting(
        False, "Must system administrators have a second factor, whatever the units ask?"
    )
    development: bool = setting(False, "Show the style guide and template errors; never in production.")
    log_format: str = setting("text", "Log lines as text or json.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings named like the fields in upper case; unknown variables are left alone.

        Raises ValueError naming the variable when a number or a yes/no cannot be read.
        """
        values: dict[str, Any] = {}
        for item in fields(cls):
            raw = environ.get(item.name.upper())
            if raw is None or raw == "":
                continue
            values[item.name] = _read(item.name, raw, item.default)
        return cls(**values).completed()

    def completed(self) -> Settings:
        """Return a copy with the defaults that depend on other settings filled in."""
        data = Path(self.data_dir).resolve()
        postgres = self.database_url.startswith("postgresql")
        filled = {item.name: getattr(self, item.name) for item in fields(self)}
        filled["data_dir"] = str(data)
        filled["database_url"] = self.database_url or f"sqlite:///{data / 'benhoc.db'}"
        filled["storage_url"] = self.storage_url or f"file://{data / 'files'}"
        filled["search_url"] = self.search_url or (
            self.database_url if postgres else f"whoosh://{data / 'search'}"
        )
        filled["queue_url"] = self.queue_url or f"sqlite:///{data / 'queue.db'}"
        filled["iri_base"] = self.iri_base or self.base_url
        filled["secret_key"] = self.secret_key or kept_secret(data)
        return Settings(**filled)


def _read(name: str, raw: str, default: object) -> object:
    if isinstance(default, bool):
        if raw.lower() in {"1", "true", "yes", "on"}:
            return True
        if raw.lower() in {"0", "false", "no", "off"}:
            return False
        raise ValueError(f"{name.upper()} must be yes or no, not {raw!r}.")
    if isinstance(default, int):
        try:
            return int(raw)
        except ValueError as error:
            raise ValueError(f"{name.upper()} must be a whole number, not {raw!r}.") from error
    return raw


def kept_secret(data_dir: Path) -> str:
    """Return the secret kept in `data_dir`, making it on the first start; readable by the owner only."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{secrets.token_hex(4)}")
        part.touch(mode=0o600)
        part.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(part)
        part.unlink()
    return path.read_text().strip()
