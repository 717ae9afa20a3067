"""The pages that every check walks: name → who looks and where, for the site that `small-school` makes."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.live import Site

ABSENT = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Place:
    """One page: a name for the report, the login that looks ('' for a stranger), the address, the status."""

    name: str
    login: str
    path: str
    status: int = 200


def public_places(site: Site) -> list[Place]:
    """What anyone may open."""
    slug = site.made["slug"]
    return [
        Place("front", "", "/"),
        Place("catalog", "", "/catalog"),
        Place("catalog-search", "", "/catalog?q=may"),
        Place("course", "", f"/catalog/{slug}"),
        Place("preview", "", f"/catalog/{slug}/preview"),
        Place("course-sources-public", "", f"/catalog/{slug}/sources"),
        Place("sign-in", "", "/sign-in"),
        Place("sign-up", "", "/sign-up"),
        Place("reset", "", "/reset"),
        Place("not-found", "", "/khong-co", 404),
        Place("reset-over", "", "/reset/khong-con", 410),
        Place("welcome-over", "", "/welcome/khong-con", 410),
        Place("mail-over", "", "/verify-email/khong-con", 410),
        Place("library-public", "", "/library"),
        Place("curriculum", "", "/library/curriculum"),
        Place("curriculum-grade", "", "/library/curriculum?grade=6"),
        Place("search", "", "/search?q=may"),
        Place("styleguide", "", "/styleguide"),
        Place("notice-stop", "", f"/notices/stop/{site.made['stop']}"),
    ]


def learner_places(site: Site) -> list[Place]:
    """What em Minh opens."""
    made = site.made
    lesson = f"/learn/runs/{made['run']}/{made['lesson']}"
    return [
        Place("learn", "minh", "/learn"),
        Place("outline", "minh", f"/learn/runs/{made['run']}"),
        Place("player-text", "minh", f"{lesson}/{made['text']}"),
        *(
            Place(f"player-question-{number}", "minh", f"{lesson}/{uuid}")
            for number, uuid in enumerate(made["questions"], start=1)
        ),
        *(
            Place(f"player-{kind}", "minh", f"/learn/runs/{made['run']}/{made['media']['lesson']}/{uuid}")
            for kind, uuid in made["media"].items()
            if kind != "lesson"
        ),
        Place("end", "minh", f"{lesson}/end"),
        Place("lesson-sources", "minh", f"{lesson}/sources"),
        Place("take-place", "minh", f"/catalog/{made['slug']}/welcome"),
        Place("run-sources", "minh", f"/learn/runs/{made['run']}/sources"),
        Place("results", "minh", "/learn/results"),
        Place("results-earlier", "minh", "/learn/results/earlier"),
        Place("lesson-results", "minh", f"/learn/results/{made['run']}/{made['lesson']}"),
        Place("join", "minh", "/learn/join"),
        Place("account", "minh", "/account"),
        Place("notices", "minh", "/notices"),
        Place("notices-unread", "minh", "/notices?show=unread"),
        Place("notice-choices", "minh", "/account/notices"),
        Place("password", "minh", "/account/password"),
        Place("refused", "minh", "/manage", 403),
    ]


def teacher_places(site: Site) -> list[Place]:
    """What cô Lan opens."""
    made = site.made
    course, lesson, run = made["course"], made["lesson"], made["run"]
    return [
        Place("teach", "lan", "/teach"),
        Place("second-step", "lan", "/account/second-step"),
        Place("new-course", "lan", "/teach/courses/new"),
        Place("builder", "lan", f"/teach/courses/{course}"),
        Place("course-settings", "lan", f"/teach/courses/{course}/settings"),
        Place("new-run", "lan", f"/teach/courses/{course}/runs/new"),
        Place("editor", "lan", f"/teach/lessons/{lesson}"),
        Place("editor-text-open", "lan", f"/teach/lessons/{lesson}?open={made['text']}"),
        Place("editor-question-open", "lan", f"/teach/lessons/{lesson}?open={made['questions'][0]}"),
        Place("editor-library", "lan", f"/teach/lessons/{lesson}/library"),
        Place("editor-library-fits", "lan", f"/teach/lessons/{lesson}/library?fits=adaptation"),
        Place("editor-sources", "lan", f"/teach/lessons/{lesson}/sources"),
        Place("course-sources", "lan", f"/teach/courses/{course}/sources"),
        Place("editor-preview", "lan", f"/teach/lessons/{lesson}/preview"),
        Place("run-people", "lan", f"/teach/runs/{run}/people"),
        Place("run-settings", "lan", f"/teach/runs/{run}/settings"),
        Place("run-code", "lan", f"/teach/runs/{run}/code"),
        Place("run-left", "lan", f"/teach/runs/{run}/left"),
        Place("run-progress", "lan", f"/teach/runs/{run}/progress"),
        Place("run-not-begun", "lan", f"/teach/runs/{run}/progress?state=not-begun&sort=done"),
        Place("library", "lan", "/library"),
        Place("library-search", "lan", "/library?q=phan+so"),
        Place("search-everything", "lan", "/search?q=phan+so"),
        Place("search-nothing", "lan", "/search?q=khongcogica"),
        Place("library-nothing", "lan", "/library?q=khongcogica"),
        Place("tokens", "lan", "/account/tokens"),
        Place("upload", "lan", "/library/upload"),
        Place("upload-many", "lan", "/library/import"),
        Place("mine", "lan", "/library/mine?state=published"),
        Place("drafts", "lan", "/library/mine"),
        Place("collections", "lan", "/library/collections"),
        Place("collect", "lan", f"/library/{made['items']['pdf']}/collect"),
        Place("reviews-none", "lan", "/library/reviews"),
        Place("ratings", "phuc", f"/library/{made['spoken']}/ratings"),
        Place("comments", "lan", f"/library/{made['spoken']}/comments"),
        Place("comments-none", "lan", f"/library/{made['items']['png']}/comments"),
        Place("report-problem", "lan", f"/library/{made['spoken']}/report"),
        Place("item-print", "lan", f"/library/{made['spoken']}/print"),
        Place("shelf", "lan", f"/library/shelves/{made['shelf']}"),
        Place("searches", "lan", "/library/searches"),
        Place("search-news", "lan", f"/library/searches/{made['search']}"),
        Place("curriculum-adults", "lan", "/library/curriculum?grade=adult"),
        Place("library-topic", "lan", "/library?subject=toan&topic=toan.phan-so"),
        Place("item-place", "lan", f"/library/{made['items']['pdf']}/curriculum"),
        Place("item-pages", "lan", f"/library/{made['items']['pdf']}/pages"),
        Place("item-edit", "lan", f"/library/{made['items']['pdf']}/edit"),
        *(Place(f"item-{suffix}", "lan", f"/library/{uuid}") for suffix, uuid in made["items"].items()),
        Place("difference-of-pages", "lan", f"/library/{made['book']}/versions/1..2"),
        Place("collection", "lan", f"/library/collections/{made['collection']}"),
        Place("drafts-guessed", "phuc", "/library/mine"),
        Place("item-edit-guessed", "phuc", f"/library/{made['guessed']}/edit"),
        Place("upload-waiting", "phuc", "/library/upload"),
        Place("difference", "lan", f"/library/{made['versions']}/versions/1..2"),
        Place("item-recalled", "lan", f"/library/{made['versions']}?version=3"),
        Place("recall", "lan", f"/library/{made['versions']}/versions/2/recall"),
        Place("remix-ask", "lan", f"/library/{made['improved']}/remix"),
        Place("family", "lan", f"/library/{made['improved']}/family"),
        Place("family-remix", "lan", f"/library/{made['remix']}/family"),
        Place("item-improved", "lan", f"/library/{made['improved']}"),
        Place("suggest", "lan", f"/library/{made['remix_of_phuc']}/suggest"),
        Place("suggestions", "lan", "/library/suggestions"),
        Place("suggestions-none", "lan", "/library/suggestions?box=out"),
        Place("suggestion", "lan", f"/library/suggestions/{made['suggestion']}"),
        Place("item-lesson", "lan", f"/library/{made['shared_lesson']}"),
        Place("lesson-share", "lan", f"/teach/lessons/{lesson}/share"),
        Place("lesson-take", "lan", f"/teach/take/{made['shared_lesson']}"),
        Place("offers-none", "lan", f"/teach/courses/{course}/newer"),
        Place("item-absent", "lan", f"/library/{ABSENT}", 404),
        Place("use", "lan", f"/teach/use/{made['items']['png']}"),
    ]


def keeper_places(site: Site) -> list[Place]:
    """What chị Hà, who administers the school, and anh Tuấn, who operates the site, open."""
    made = site.made
    return [
        Place("notice-choices-mail", "tuan", "/account/notices"),
        Place("searches-none", "tuan", "/library/searches"),
        Place("synonyms", "tuan", "/library/synonyms"),
        Place("synonyms-found", "tuan", "/library/synonyms?q=phan"),
        Place("manage", "ha", "/manage"),
        Place("org", "ha", f"/manage/orgs/{made['school']}"),
        Place("org-new", "ha", f"/manage/orgs/{made['school']}/new"),
        Place("org-edit", "ha", f"/manage/orgs/{made['school']}/edit"),
        Place("org-move", "ha", f"/manage/orgs/{made['class']}/move"),
        Place("org-close", "ha", f"/manage/orgs/{made['class']}/close"),
        Place("org-second-step", "ha", f"/manage/orgs/{made['school']}/second-step"),
        Place("org-tokens", "ha", f"/manage/orgs/{made['school']}/tokens"),
        Place("org-new-root", "tuan", "/manage/orgs/new"),
        Place("course-open", "tuan", f"/teach/courses/{made['course']}/open"),
        Place("webhooks", "tuan", "/library/webhooks"),
        Place("webhook", "tuan", f"/library/webhooks/{made['webhook']}"),
        Place("import", "ha", f"/manage/orgs/{made['school']}/import"),
        Place("users", "ha", "/manage/users"),
        Place("user", "ha", f"/manage/users/{made['minh']}"),
        Place("user-move", "ha", f"/manage/users/{made['minh']}/move"),
        Place("user-move-shown", "ha", f"/manage/users/{made['minh']}/move?to=none"),
        Place("user-merge", "ha", f"/manage/users/{made['minh']}/merge?q=an"),
        Place("user-merge-shown", "ha", f"/manage/users/{made['minh']}/merge?other={made['an']}"),
        Place("user-results", "ha", f"/manage/users/{made['minh']}/results"),
        Place("rollover", "ha", f"/manage/orgs/{made['school']}/rollover"),
        Place("rollover-plan", "ha", f"/manage/rollovers/{made['rollover']}"),
        Place("rollover-check", "ha", f"/manage/rollovers/{made['rollover']}?step=check"),
        Place("rollover-class", "ha", f"/manage/rollovers/{made['rollover']}/classes/{made['class']}"),
        Place("user-new", "ha", "/manage/users/new"),
        Place("runs", "ha", "/manage/runs"),
        Place("run-new", "ha", "/manage/runs/new"),
        Place("classes", "ha", "/classes"),
        Place("class", "ha", f"/classes/{made['class']}"),
        Place("class-cards", "ha", f"/manage/classes/{made['class']}/cards"),
        Place("jobs", "tuan", "/manage/jobs"),
        Place("sources", "tuan", "/manage/sources"),
        Place("source", "tuan", f"/manage/sources/{made['source']}"),
        Place("reviews", "tuan", "/library/reviews"),
        Place("storage", "tuan", "/library/storage"),
        Place("review", "tuan", f"/library/reviews/{made['review']}"),
        Place("comments-librarian", "tuan", f"/library/{made['spoken']}/comments"),
        Place("ratings-librarian", "tuan", f"/library/{made['spoken']}/ratings"),
        Place("reports", "tuan", "/library/reports"),
        Place("reports-closed", "tuan", "/library/reports?queue=closed"),
        Place("report-case", "tuan", f"/library/reports/{made['case']}"),
        Place("shelves", "tuan", "/library/shelves"),
        Place("shelf-edit", "tuan", f"/library/shelves/{made['shelf']}/edit"),
        Place("shelve", "tuan", f"/library/{made['spoken']}/shelve"),
        Place("review-policy", "ha", f"/manage/orgs/{made['school']}/reviews"),
    ]


def all_places(site: Site) -> list[Place]:
    """Every page, in the order of who looks."""
    return [*public_places(site), *learner_places(site), *teacher_places(site), *keeper_places(site)]
