"""A small installation does not carry what only others need: four processes would keep it in memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
UNUSED = ("redis", "psycopg", "boto3", "reportlab", "docx", "pptx", "PIL", "openpyxl", "numpy", "alembic")
PROGRAM = f"""
import sys
import lms.cli
from lms.app import create_app_from_env
create_app_from_env()
print(*sorted(set({UNUSED!r}) & {{name for name, module in sys.modules.items() if module}}))
"""


def test_a_site_on_sqlite_loads_no_driver_and_no_writer_of_documents_that_it_never_uses(tmp_path: Path):
    """Cure: `wakeup._storages` and `LATER` of the commands. Without them each process is 30 MB larger."""
    environ = {**os.environ, "DATA_DIR": str(tmp_path), "SECRET_KEY": "s" * 40, "PYTHONPATH": str(ROOT)}
    for name in ("DATABASE_URL", "STORAGE_URL", "QUEUE_URL", "CACHE_URL"):
        environ.pop(name, None)
    loaded = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environ, check=True, capture_output=True, text=True
    )
    assert loaded.stdout.split() == []
