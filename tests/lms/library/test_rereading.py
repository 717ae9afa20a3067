"""Packages are read anew: what an older version read out of them becomes what this one reads."""

from __future__ import annotations

import io
import zipfile

from flask import Flask
from flask.testing import FlaskClient

from content_store.models import Reading, Version
from lms.core.db import db, write
from lms.library import queries
from lms.library.cli import cli
from tests.cast import Cast
from tests.factories.library import index_all, make_item, prepare_bytes

OLD = "<table><tbody><tr><td>bai-1.html</td><td>20,713</td></tr></tbody></table>"


def old_package(cast: Cast) -> Version:
    """A package as it was read before its sizes had a heading and stayed out of the words."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("bai-1.html", "<p>Phân số</p>")
    file = prepare_bytes(stream.getvalue(), "goi.zip")
    version = make_item(cast.lan.actor, "Gói phân số", file=file)
    with write():
        reading = db.session.get_one(Reading, version.files[0].reading_id)
        reading.text, reading.reading_html = "bai-1.html 20,713", OLD
        reading.passages = [["section 1", "bai-1.html 20,713"]]
    index_all()
    return version


def test_what_was_read_once_becomes_what_is_read_now(app: Flask, client: FlaskClient, cast: Cast):
    version = old_package(cast)
    uuid, title = version.item.uuid, version.title
    assert "20,713" in client.get(f"/library/{uuid}").text
    told = app.test_cli_runner().invoke(cli, ["reread"])
    assert (told.exit_code, told.output.split()) == (0, ["changed", "1", "same", "0", "failed", "0"])
    index_all()
    db.session.expire_all()
    page = client.get(f"/library/{uuid}?page=1").text
    assert "Kích thước" in page and "20,713" not in page
    shown = queries.get_item(cast.lan.actor, uuid)
    assert (shown.number, shown.title) == (1, title)
    (row,) = queries.search_items(cast.lan.actor, "bai-1.html").rows
    assert "20,713" not in " ".join(passage.text for passage in row.passages)
    again = app.test_cli_runner().invoke(cli, ["reread"])
    assert again.output.split() == ["changed", "0", "same", "1", "failed", "0"]


def test_a_file_that_is_gone_keeps_what_was_read_of_it(app: Flask, client: FlaskClient, cast: Cast):
    version = old_package(cast)
    queries.open_store().blobs.delete(version.files[0].sha256)
    told = app.test_cli_runner().invoke(cli, ["reread"])
    assert told.exit_code != 0 and "failed 1" in told.output
    assert "20,713" in client.get(f"/library/{version.item.uuid}").text
