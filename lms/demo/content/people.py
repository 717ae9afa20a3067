"""The demo school world: orgs, people, classes, runs and guardian links, all invented.

Names are plausible but made by a fixed pattern; no one here is a real person. Roles are those of the
glossary. Grants and memberships are plain pairs, which `lms.demo` turns into dated rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from lms.demo.content.pupil_names import pupil_names, user_name

OrgKind = Literal["ministry", "department", "ward", "school", "group", "learning_center", "partner", "class"]
Role = Literal[
    "learner",
    "guardian",
    "teacher",
    "editor",
    "reviewer",
    "school_admin",
    "org_admin",
    "auditor",
    "sysadmin",
]


@dataclass(frozen=True)
class DemoOrg:
    """A node of the org tree; `parent` is the slug of the node above."""

    slug: str
    name: str
    kind: OrgKind
    parent: str | None
    grade: int | None = None


@dataclass(frozen=True)
class DemoPerson:
    """One account with its role grants as (role, org slug); pupils have no mail."""

    username: str
    name: str
    grants: tuple[tuple[Role, str], ...] = ()
    email: str | None = None
    home_class: str | None = None
    words: str = ""


@dataclass(frozen=True)
class DemoRun:
    """A course taught to some classes, or open to all when `classes` is empty."""

    course: str
    org: str
    teachers: tuple[str, ...]
    classes: tuple[str, ...] = ()


DEPARTMENT, WARD, CENTER = "so-gddt", "phuong-ben-song", "trung-tam-hoc-tap-ben-song"
BEN_SONG, RACH_DUA = "thcs-ben-song", "thcs-rach-dua"

ORGS: tuple[DemoOrg, ...] = (
    DemoOrg(DEPARTMENT, "Sở Giáo dục và Đào tạo Sông Nước", "department", None),
    DemoOrg(WARD, "Phường Bến Sông", "ward", DEPARTMENT),
    DemoOrg(BEN_SONG, "THCS Bến Sông", "school", WARD),
    DemoOrg(RACH_DUA, "THCS Rạch Dừa", "school", WARD),
    DemoOrg(CENTER, "Trung tâm học tập cộng đồng Bến Sông", "learning_center", WARD),
    DemoOrg("ben-song-6a1", "6A1", "class", BEN_SONG, 6),
    DemoOrg("ben-song-6a2", "6A2", "class", BEN_SONG, 6),
    DemoOrg("ben-song-8a1", "8A1", "class", BEN_SONG, 8),
    DemoOrg("rach-dua-6a1", "6A1", "class", RACH_DUA, 6),
    DemoOrg("rach-dua-7a1", "7A1", "class", RACH_DUA, 7),
    DemoOrg("rach-dua-7a2", "7A2", "class", RACH_DUA, 7),
)
CLASS_SIZES = {
    "ben-song-6a1": 18,
    "ben-song-6a2": 17,
    "ben-song-8a1": 17,
    "rach-dua-6a1": 16,
    "rach-dua-7a1": 16,
    "rach-dua-7a2": 16,
}

CAST: tuple[DemoPerson, ...] = (
    DemoPerson(
        "lan",
        "Nguyễn Thị Lan",
        (("teacher", BEN_SONG),),
        "lan@benhoc.example",
        words="Tổ trưởng Toán. Cô tin rằng em nào cũng hiểu được phân số nếu được cầm kéo cắt một lần.",
    ),
    DemoPerson("minh", "Trần Gia Minh", (("learner", BEN_SONG),), home_class="ben-song-6a1"),
    DemoPerson("hung", "Trần Văn Hùng", (("guardian", BEN_SONG),), "hung@benhoc.example"),
    DemoPerson("ha", "Lê Thị Thu Hà", (("school_admin", BEN_SONG),), "ha@benhoc.example"),
)
STAFF: tuple[DemoPerson, ...] = (
    DemoPerson(
        "khoa",
        "Võ Minh Khoa",
        (("teacher", BEN_SONG),),
        "khoa@benhoc.example",
        words="Dạy Toán 6, mê trò chơi xếp hình và bài toán ngoài chợ.",
    ),
    DemoPerson(
        "huy",
        "Phạm Đức Huy",
        (("teacher", BEN_SONG),),
        "huy@benhoc.example",
        words="Dạy Khoa học tự nhiên, thích thí nghiệm làm được bằng đồ trong bếp.",
    ),
    DemoPerson(
        "hang",
        "Đặng Thu Hằng",
        (("teacher", BEN_SONG),),
        "hang@benhoc.example",
        words="Viết truyện khoa học cho học trò, lớn lên bên bến phà.",
    ),
    DemoPerson(
        "yen",
        "Lê Hoàng Yến",
        (("teacher", RACH_DUA),),
        "yen@benhoc.example",
        words="Dạy Tin học, hay hỏi học trò: con số này ở đâu ra?",
    ),
    DemoPerson("bao", "Trần Quốc Bảo", (("editor", BEN_SONG), ("editor", RACH_DUA)), "bao@benhoc.example"),
    DemoPerson("nga", "Bùi Thúy Nga", (("school_admin", RACH_DUA),), "nga@benhoc.example"),
    DemoPerson(
        "truc",
        "Mai Thanh Trúc",
        (("teacher", CENTER),),
        "truc@benhoc.example",
        words="Teaches English to beginners of every age, mostly at the quay.",
    ),
    DemoPerson(
        "son",
        "Lê Hồng Sơn",
        (("teacher", CENTER), ("org_admin", CENTER)),
        "son@benhoc.example",
        words="Phụ trách lớp kĩ năng số buổi tối ở trung tâm học tập cộng đồng.",
    ),
    DemoPerson(
        "phuc", "Hồ Vĩnh Phúc", (("org_admin", DEPARTMENT), ("reviewer", DEPARTMENT)), "phuc@benhoc.example"
    ),
    DemoPerson("thao", "Đỗ Phương Thảo", (("org_admin", WARD),), "thao@benhoc.example"),
    DemoPerson("duyen", "Ngô Mỹ Duyên", (("auditor", DEPARTMENT),), "duyen@benhoc.example"),
    DemoPerson("quantri", "Quản trị hệ thống", (("sysadmin", DEPARTMENT),), "quantri@benhoc.example"),
)
CITIZENS: tuple[DemoPerson, ...] = (
    DemoPerson("tu", "Huỳnh Thị Tư", (), "tu@benhoc.example"),
    DemoPerson("nam", "Phan Văn Năm", (), "nam@benhoc.example"),
    DemoPerson("kim", "Thạch Thị Kim", (), "kim@benhoc.example"),
    DemoPerson("ut", "Dương Văn Út", (), "ut@benhoc.example"),
)
GUARDIANS: tuple[tuple[str, str], ...] = (("hung", "minh"),)
"""Guardian and learner, by user name."""

RUNS: tuple[DemoRun, ...] = (
    DemoRun("toan-6-phan-so", BEN_SONG, ("lan", "khoa"), ("ben-song-6a1", "ben-song-6a2")),
    DemoRun("toan-6-phan-so", RACH_DUA, ("yen",), ("rach-dua-6a1",)),
    DemoRun("khoa-hoc-tu-nhien-8", BEN_SONG, ("huy", "hang"), ("ben-song-8a1",)),
    DemoRun("tin-hoc-7-bang-tinh", RACH_DUA, ("yen",), ("rach-dua-7a1", "rach-dua-7a2")),
    DemoRun("ki-nang-so", CENTER, ("truc", "son")),
    DemoRun("english-at-the-quay", CENTER, ("truc",)),
)


@cache
def pupils() -> tuple[DemoPerson, ...]:
    """A hundred pupils in six classes, em Minh first."""
    minh = CAST[1]
    taken = {person.username for person in (*CAST, *STAFF, *CITIZENS)}
    homes = [slug for slug, size in CLASS_SIZES.items() for _ in range(size)]
    schools = {org.slug: org.parent for org in ORGS if org.kind == "class"}
    out = [minh]
    for home, name in zip(homes[1:], pupil_names(len(homes) - 1), strict=True):
        username = user_name(name, taken)
        taken.add(username)
        out.append(DemoPerson(username, name, (("learner", schools[home] or ""),), home_class=home))
    return tuple(out)


def everyone() -> tuple[DemoPerson, ...]:
    """Every person once: cast, staff, citizens, then the other pupils."""
    return (*CAST, *STAFF, *CITIZENS, *pupils()[1:])
