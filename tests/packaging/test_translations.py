from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from build_support.catalogs import Text, read_entries, read_texts
from build_support.translations import compile_catalog, problems, read_same, stub
from lms.app import create_app
from lms.core.config import Settings


def write(folder: Path, room: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{room}.po").write_text(text, encoding="utf-8")


def found(folder: Path, *texts: Text, same: frozenset[str] = frozenset()) -> list[str]:
    keyed = {text.key: text for text in texts}
    return [line.split(": ", 1)[1] for line in problems(keyed, list(read_entries(folder)), set(same))]


def test_every_text_of_the_project_is_said_in_vietnamese():
    assert list(problems(read_texts(), list(read_entries()), read_same())) == []


def test_a_text_without_translation_is_missing(tmp_path):
    assert found(tmp_path, Text("Save", places=["lms/x.py:1"])) == ["missing in Vietnamese: 'Save'"]


def test_a_translation_that_nothing_uses_is_named(tmp_path):
    write(tmp_path, "core", 'msgid "Save"\nmsgstr "Lưu"\n')
    assert found(tmp_path) == ["unused: 'Save'"]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('#, fuzzy\nmsgid "Save"\nmsgstr "Lưu"\n', "fuzzy: 'Save'"),
        ('msgid "Save"\nmsgstr ""\n', "empty: 'Save'"),
        (
            'msgid "Save"\nmsgstr "Save"\n',
            "equal to the English (if it must be, list it in same.txt): 'Save'",
        ),
        ('msgid "Save"\nmsgstr "Lưu %(n)s"\n', "placeholders differ in 'Lưu %(n)s': 'Save'"),
    ],
)
def test_a_faulty_translation_is_named(tmp_path, entry, fault):
    write(tmp_path, "core", entry)
    assert found(tmp_path, Text("Save", places=["lms/x.py:1"])) == [fault]


def test_a_text_that_is_alike_in_both_languages_needs_a_line_in_the_list(tmp_path):
    write(tmp_path, "core", 'msgid "PDF"\nmsgstr "PDF"\n')
    text = Text("PDF", places=["lms/x.py:1"])
    assert found(tmp_path, text, same=frozenset({"PDF"})) == []
    assert found(tmp_path, text) != []


def test_two_rooms_may_not_say_one_text_in_two_ways(tmp_path):
    write(tmp_path, "lessons", 'msgid "Save"\nmsgstr "Lưu"\n')
    write(tmp_path, "people", 'msgid "Save"\nmsgstr "Ghi lại"\n')
    with pytest.raises(SystemExit, match="said otherwise in translations/vi/lessons.po"):
        compile_catalog(tmp_path, tmp_path / "messages.mo")


def test_rooms_are_merged_into_one_catalog_with_plurals(tmp_path):
    write(tmp_path, "lessons", 'msgid "Save"\nmsgstr "Lưu"\n')
    write(
        tmp_path,
        "people",
        'msgid "%(num)s pupil"\nmsgid_plural "%(num)s pupils"\nmsgstr[0] "%(num)s học sinh"\n',
    )
    built = tmp_path / "out" / "messages.mo"
    compile_catalog(tmp_path, built)
    with built.open("rb") as source:
        catalog = read_mo(source)
    assert catalog["Save"].string == "Lưu"
    assert tuple(catalog["%(num)s pupil"].string) == ("%(num)s học sinh",)


def test_compiling_twice_leaves_an_equal_file_alone(tmp_path):
    write(tmp_path, "core", 'msgid "Save"\nmsgstr "Lưu"\n')
    built = tmp_path / "messages.mo"
    compile_catalog(tmp_path, built)
    before = built.stat()
    compile_catalog(tmp_path, built)
    assert (built.stat().st_ino, built.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_texts_are_found_in_python_and_in_templates(tmp_path):
    (tmp_path / "lms").mkdir()
    (tmp_path / "lms" / "a.py").write_text('x = _("One")\ny = ngettext("%(num)s item", "%(num)s items", 2)\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(
        "{% trans count=n %}\n  A {{ count }}\n  here\n{% pluralize %}Many {{ count }}{% endtrans %}{{ _('Two') }}"
    )
    texts = {text.msgid: text.plural for text in read_texts(tmp_path).values()}
    assert texts == {
        "One": None,
        "%(num)s item": "%(num)s items",
        "A %(count)s here": "Many %(count)s",
        "Two": None,
    }


def test_a_stub_can_be_pasted_into_the_room_that_owns_the_text(tmp_path):
    lines = "\n".join(stub([Text("Save", places=["lms/lessons/views.py:3"])]))
    assert "translations/vi/lessons.po" in lines
    write(tmp_path, "lessons", lines)
    assert [entry.msgid for entry in read_entries(tmp_path)] == ["Save"]


def test_the_site_trims_texts_in_templates_as_extraction_does(tmp_path):
    app = create_app(Settings(data_dir=str(tmp_path)), testing=True)
    assert app.jinja_env.policies["ext.i18n.trimmed"] is True
