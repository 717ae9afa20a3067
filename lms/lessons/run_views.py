"""The teacher's page of a run: who is where, what was answered, all of it as a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from uuid import UUID

from flask import Response, render_template, request, stream_with_context

from lms.core.i18n import _
from lms.core.nav import place
from lms.core.web import actor
from lms.courses.queries import count_learners, get_run
from lms.lessons import results
from lms.lessons.blueprint import bp
from lms.lessons.queries import list_stops
from lms.people.access import signed_in

place("lessons.run_progress", "staff", "teach")
place("lessons.run_progress_csv", "staff", "teach")


@bp.get("/teach/runs/<uuid:run_uuid>/progress")
@signed_in()
def run_progress(run_uuid: UUID) -> str:
    """Learners by given name with what they did; below, one lesson activity by activity."""
    run = get_run(actor(), run_uuid)
    stops = list_stops([run.id], None)[run.id]
    asked = request.args.get("lesson", "")
    state, sort = request.args.get("state", ""), request.args.get("sort", "name")
    chosen = next((stop for stop in stops if str(stop.lesson_uuid) == asked), stops[0] if stops else None)
    return render_template(
        "lessons/run_progress.html",
        page_title=_("Progress: %(run)s", run=run.title),
        run=run,
        stops=stops,
        chosen=chosen,
        learners=results.list_run_progress(run.id, request.args.get("after"), state=state, sort=sort),
        states=results.count_run_states(run.id),
        state=state if state in results.STATES else "",
        sort="done" if sort == "done" else "name",
        learner_count=count_learners([run.id]).get(run.id, 0),
        activities=results.activity_results(run.id, chosen.lesson_id) if chosen else [],
    )


@bp.get("/teach/runs/<uuid:run_uuid>/progress.csv")
@signed_in()
def run_progress_csv(run_uuid: UUID) -> Response:
    """Stream the progress of all learners; a mark at the start tells spreadsheets that this is UTF-8."""
    run = get_run(actor(), run_uuid)
    header = [
        _("Name"),
        _("Account"),
        _("Lessons done"),
        _("Percent done"),
        _("Points"),
        _("Points possible"),
        _("Last activity"),
    ]
    rows = results.progress_csv_rows(run.id, header, [_("percent"), _("points")])
    answer = Response(stream_with_context(_lines(rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="progress-{run.uuid}.csv"'
    return answer


def _lines(rows: Iterator[list[str]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for row in rows:
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
