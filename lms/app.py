"""Wiring: build the application from its settings. Knows every room, is known by the command line only."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from content_store.blobs import Blobs, open_blobs
from content_store.search import open_index
from lms.core import (
    addresses,
    assets,
    compression,
    covers,
    db,
    fragments,
    headers,
    i18n,
    job_pages,
    jobs,
    logs,
    mail,
    openapi,
    page_cache,
    rates,
    refusals,
    rendering,
    views,
    wakeup,
    web,
)
from lms.core.config import Settings
from lms.core.paths import STATIC, TEMPLATES
from lms.courses import listeners as courses_listeners
from lms.courses import manage_views as courses_manage_views
from lms.courses import topics as courses_topics
from lms.courses import views as courses_views
from lms.interop.oai_pmh import jobs as oai_pmh_jobs
from lms.interop.oai_pmh import source_pages as oai_pmh_source_pages
from lms.interop.oai_pmh import views as oai_pmh_views
from lms.interop.webhooks import jobs as webhooks_jobs
from lms.interop.webhooks import listeners as webhooks_listeners
from lms.interop.webhooks import pages as webhooks_pages
from lms.lessons import listeners as lessons_listeners
from lms.lessons import topics as lessons_topics
from lms.lessons import views as lessons_views
from lms.library import api as library_api
from lms.library import index_check as library_index_check
from lms.library import jobs as library_jobs
from lms.library import joined_accounts as library_joined_accounts
from lms.library import listeners as library_listeners
from lms.library import views as library_views
from lms.library.reports import topics as library_report_topics
from lms.library.review import topics as library_review_topics
from lms.library.saved_searches import alerts as library_saved_search_alerts
from lms.library.saved_searches import joined_accounts as library_joined_searches
from lms.library.suggested_changes import joined_accounts as library_joined_suggestions
from lms.library.voices import joined_accounts as library_joined_voices
from lms.library.voices import topics as library_voice_topics
from lms.mooc import api as mooc_api
from lms.mooc import documents as mooc_documents
from lms.mooc import listeners as mooc_listeners
from lms.mooc import views as mooc_views
from lms.notices import jobs as notices_jobs
from lms.notices import listeners as notices_listeners
from lms.notices import views as notices_views
from lms.people import access as people_access
from lms.people import jobs as people_jobs
from lms.people import listeners as people_listeners
from lms.people import manage_views as people_manage_views
from lms.people import views as people_views
from lms.records import jobs as records_jobs
from lms.records import listeners as records_listeners
from lms.search import jobs as search_jobs
from lms.search import listeners as search_listeners

# Modules that register listeners and jobs when they are imported, lowest floor first.
WIRED = (
    people_listeners,
    people_jobs,
    records_jobs,
    records_listeners,
    library_index_check,
    library_jobs,
    library_joined_accounts,
    library_joined_searches,
    library_joined_suggestions,
    library_joined_voices,
    search_jobs,
    notices_jobs,
    notices_listeners,
    library_review_topics,
    library_saved_search_alerts,
    library_voice_topics,
    library_report_topics,
    courses_listeners,
    courses_topics,
    lessons_listeners,
    lessons_topics,
    mooc_listeners,
    mooc_documents,
    mooc_api,
    search_listeners,
    library_listeners,
    oai_pmh_jobs,
    webhooks_jobs,
    webhooks_listeners,
)


def create_app(settings: Settings, *, testing: bool = False) -> Flask:
    """Return the application for `settings`. Opens engines, makes no request and no row."""
    settings = settings.completed()
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    app = Flask("lms", template_folder=str(TEMPLATES), static_folder=str(STATIC), static_url_path="/static")
    app.testing = testing
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 365 * 24 * 3600
    app.config["COMPRESS_STREAMS"] = False
    app.config["COMPRESS_LEVEL"] = 3  # of gzip; 6 makes pages 6 to 9 % smaller for up to twice the time
    rendering.init_app(app)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["settings"] = settings
    app.extensions["staff_roles"] = frozenset()
    logs.configure_logs(settings.log_format)
    logs.init_app(app)
    addresses.init_app(app)
    i18n.init_app(app)
    web.init_app(app, settings)
    headers.init_app(app)
    assets.init_app(app)
    covers.init_app(app)
    fragments.init_app(app)
    db.init_app(app, settings.database_url)
    rates.init_app(app, settings.cache_url)
    mail.init_app(app, settings.mail_url)
    wakeup.init_app(app, settings.queue_url, settings.secret_key, jobs.run_job)
    app.extensions["blobs"] = open_blobs(settings.storage_url)
    app.extensions["content_origins"] = content_origins(settings, app.extensions["blobs"])
    app.extensions["item_index"] = open_index(settings.search_url, name="items")
    app.extensions["page_index"] = open_index(settings.search_url, name="pages")
    refusals.init_app(app)
    compression.Compression(app)
    app.register_blueprint(views.bp)
    app.register_blueprint(openapi.bp)
    add_rooms(app)
    if not testing:
        page_cache.init_app(app, settings.cache_url, Path(settings.data_dir))
    return app


def content_origins(settings: Settings, blobs: Blobs) -> str:
    """Return where pages may load files from: the file server, and the storage itself when it signs its own links."""
    origin = blobs.origin()
    return f"{settings.content_url} {origin}" if origin else settings.content_url


def add_rooms(app: Flask) -> None:
    """Wire every room, lowest floor first."""
    people_access.init_app(app)
    app.register_blueprint(people_views.bp)
    app.register_blueprint(people_manage_views.bp)
    app.register_blueprint(job_pages.bp)
    app.register_blueprint(courses_manage_views.bp)
    app.extensions["operator_roles"] = frozenset({"sysadmin"})
    app.register_blueprint(library_views.bp)
    app.register_blueprint(library_api.bp)
    app.register_blueprint(notices_views.bp)
    app.register_blueprint(courses_views.bp)
    app.register_blueprint(lessons_views.bp)
    app.register_blueprint(mooc_views.bp)
    app.register_blueprint(oai_pmh_views.bp)
    app.register_blueprint(oai_pmh_source_pages.bp)
    app.register_blueprint(webhooks_pages.bp)


def create_app_from_env() -> Flask:
    """Return the application for this process's environment (what gunicorn loads)."""
    return create_app(Settings.from_env(os.environ))
