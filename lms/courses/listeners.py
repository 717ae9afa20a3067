"""Runs follow the homeroom classes they were opened for, and people whose accounts are joined."""

from sqlalchemy import func, select

from lms.core.db import db
from lms.core.events import listens_to
from lms.core.i18n import _, ngettext
from lms.courses.models import Course, Enrollment, Run
from lms.courses.services import following
from lms.courses.services.delivery import join_from_class, leave_class
from lms.people.events import (
    ClassEnding,
    LearnersJoined,
    LearnersLeft,
    RoleEnded,
    RoleGranted,
    RolloverUndoing,
    RolloverUndone,
    UsersMerged,
    UsersUnmerged,
)
from lms.people.merge_previews import MergeLine, previews_merge
from lms.people.moves_previews import MoveLine, previews_move


@listens_to(RoleGranted)
def follow_join(event: RoleGranted) -> None:
    """A learner who joins a class gets a place in every run of that class."""
    if event.role == "learner":
        for run_id in following.list_runs_of_class(event.org_id):
            join_from_class(run_id, event.user_id)


@listens_to(RoleEnded)
def follow_leave(event: RoleEnded) -> None:
    """A learner who leaves a class leaves its runs; what was learnt stays."""
    if event.role == "learner":
        for run_id in following.list_runs_of_class(event.org_id):
            leave_class(run_id, event.user_id)


@listens_to(LearnersJoined)
def follow_joins(event: LearnersJoined) -> None:
    """Many join a class at once."""
    following.join_many(event.org_id, event.user_ids)


@listens_to(LearnersLeft)
def follow_leaves(event: LearnersLeft) -> None:
    """Many leave a class at once."""
    following.leave_many(event.org_id, event.user_ids)


@listens_to(ClassEnding)
def end_runs(event: ClassEnding) -> None:
    """The runs of a school year end with its classes."""
    following.end_runs_of_class(event.org_id, event.ending, event.cause)


@listens_to(RolloverUndoing)
def keep_used_classes(event: RolloverUndoing) -> None:
    """New classes that are taught already cannot go."""
    following.check_classes_unused(event.org_ids)


@listens_to(RolloverUndone)
def reopen_runs(event: RolloverUndone) -> None:
    """The runs of the old year go on."""
    following.reopen_runs(event.cause)


@listens_to(UsersMerged)
def carry_places(event: UsersMerged) -> None:
    """Places in runs and courses go to the account that stays."""
    following.carry_places(event.merge_id, event.kept_id, event.merged_id)


@listens_to(UsersUnmerged)
def restore_places(event: UsersUnmerged) -> None:
    """They go back."""
    following.restore_places(event.merge_id, event.kept_id, event.merged_id)


@previews_merge
def preview_places(kept_id: int, merged_id: int) -> list[MergeLine]:
    """Tell which runs and courses a merge concerns, and in which runs both accounts are."""
    own = select(Enrollment.run_id, Enrollment.role).where(Enrollment.user_id == kept_id)
    pairs = {(run_id, role) for run_id, role in db.session.execute(own)}
    theirs = select(Enrollment.run_id, Enrollment.role).where(Enrollment.user_id == merged_id)
    places = [(run_id, role) for run_id, role in db.session.execute(theirs)]
    both = sum(place in pairs for place in places)
    note = ""
    if both:
        note = ngettext(
            "in %(num)d run both are: progress is counted anew from the deeds of both",
            "in %(num)d runs both are: progress is counted anew from the deeds of both",
            both,
        )
    courses = select(func.count()).where(Course.owner_id == merged_id)
    return [
        MergeLine(_("Places in course runs"), len(places), note),
        MergeLine(_("Courses owned"), db.session.scalar(courses) or 0),
    ]


@previews_move
def preview_runs(user_id: int, from_id: int, to_id: int | None) -> list[MoveLine]:
    """Tell which runs a pupil leaves and joins with the class."""
    followed = following.list_runs_of_class(from_id)
    joined = following.list_runs_of_class(to_id) if to_id is not None else []
    held = select(Enrollment.run_id).where(
        Enrollment.user_id == user_id,
        Enrollment.role == "learner",
        Enrollment.status == "active",
        Enrollment.source == "class",
    )
    mine = set(db.session.scalars(held))
    named = select(Run.id, Run.title).where(Run.id.in_([*followed, *joined]))
    titles = {row.id: row.title for row in db.session.execute(named)}
    left = tuple(titles[run_id] for run_id in followed if run_id in mine and run_id not in joined)
    new = tuple(titles[run_id] for run_id in joined if run_id not in mine)
    return [
        MoveLine(_("Course runs the pupil leaves"), left),
        MoveLine(_("Course runs the pupil joins"), new),
    ]
