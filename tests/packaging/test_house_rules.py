import ast

import pytest

from build_support.house_rules import LONGEST, breaches, file_breaches, module_breaches, project_files

pytestmark = pytest.mark.slow


def said(name: str, text: str) -> list[str]:
    return [what for _line, what in file_breaches(name, text)]


def test_the_project_keeps_its_own_rules():
    assert sorted(set(breaches(project_files()))) == []


@pytest.mark.parametrize(
    "hidden",
    [
        "def f():\n    from lms.people import services\n",
        "def f():\n    import content_store.store\n",
        "class A:\n    def f(self):\n        from . import models\n",
    ],
)
def test_a_project_import_inside_a_function_is_a_breach(hidden):
    tree = ast.parse(f'"""Says why."""\n{hidden}')
    assert [what for _line, what in module_breaches("lms/x.py", tree)][0].startswith("hides the import")


def test_an_import_of_a_library_inside_a_function_is_not(tmp_path):
    tree = ast.parse('"""Says why."""\ndef f():\n    import json\n')
    assert list(module_breaches("lms/x.py", tree)) == []


def test_a_module_without_docstring_is_a_breach():
    assert said("lms/x.py", "x = 1\n") == ["has no docstring: say what this module is for"]


def test_a_file_may_be_as_long_as_the_limit_and_no_longer():
    body = '"""Says why."""\n' + "x = 1\n" * (LONGEST - 1)
    assert said("lms/x.py", body) == []
    assert said("lms/x.py", body + "x = 1\n") == [f"has {LONGEST + 1} lines, at most {LONGEST}: two nouns?"]


@pytest.mark.parametrize(
    "host",
    [
        "https:" + "//mirror.example/simple/flask/",
        "https:" + "//x.example/a.whl",
        "registry." + "npmjs.example",
    ],
)
def test_a_registry_host_is_a_breach(host):
    assert said("requirements/run.txt", f"--index {host}\n") != []
