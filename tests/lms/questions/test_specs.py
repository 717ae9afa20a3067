import pytest

from lms.core.errors import Invalid
from lms.questions.specs import draft_data, freeze_spec, parse_spec, spec_data, spec_digest

WHOLE = [
    {"kind": "single", "prompt": "?", "choices": [{"text": "a", "correct": True}, {"text": "b"}]},
    {
        "kind": "multiple",
        "prompt": "?",
        "choices": [{"text": "a", "correct": True}, {"text": "b", "correct": True}],
    },
    {"kind": "true_false", "prompt": "?", "answer": False, "tries": 1},
    {"kind": "short_text", "prompt": "?", "accepted": "một\nhai\n", "unaccented": True},
    {"kind": "numeric", "prompt": "?", "answer": "8,5", "tolerance": "0,1", "unit": "cm", "points": 3},
]


@pytest.mark.parametrize("data", WHOLE, ids=lambda data: data["kind"])
def test_a_question_survives_being_stored_and_read(data):
    spec = parse_spec(data)
    assert parse_spec(spec_data(spec)) == spec
    assert parse_spec(draft_data(spec_data(spec))) == spec
    assert spec_digest(parse_spec(spec_data(spec))) == spec_digest(spec)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "essay"}, "kind"),
        ({"prompt": "  "}, "prompt"),
        ({"prompt": "x" * 9000}, "prompt"),
        ({"choices": []}, "choices"),
        ({"choices": [{"text": "a"}, {"text": "b"}]}, "choices"),
        ({"choices": [{"text": "a", "correct": True}, {"text": ""}]}, "choices"),
        ({"choices": [{"text": "a", "correct": True}, {"text": "b", "correct": True}]}, "choices"),
        ({"choices": [{"id": "a", "text": "a", "correct": True}, {"id": "a", "text": "b"}]}, "choices"),
        ({"tries": 11}, "tries"),
        ({"points": "many"}, "points"),
        ({"kind": "numeric", "answer": "NaN"}, "answer"),
        ({"kind": "numeric", "answer": "1", "tolerance": "-1"}, "tolerance"),
        ({"kind": "short_text", "accepted": []}, "accepted"),
    ],
)
def test_an_unfinished_question_names_the_field_to_mend(change, field):
    with pytest.raises(Invalid) as refused:
        parse_spec({**WHOLE[0], **change})
    assert field in refused.value.fields


def test_an_unfinished_draft_is_kept_within_limits():
    kept = draft_data(
        {"kind": "essay", "prompt": "x" * 9000, "choices": [{}, "nonsense"], "accepted": 30 * ["a"]}
    )
    assert kept["kind"] == "single"
    assert len(kept["prompt"]) == 8000
    assert [choice["id"] for choice in kept["choices"]] == ["a", "b"]
    assert len(kept["accepted"]) == 20


def test_freezing_renders_every_text_once():
    spec = parse_spec(
        {
            "kind": "single",
            "prompt": "p",
            "explanation": "e",
            "choices": [{"text": "x", "correct": True, "feedback": "f"}, {"text": "y"}],
        }
    )
    frozen = freeze_spec(spec, lambda text: f"<p>{text}</p>")
    assert frozen["prompt_html"] == "<p>p</p>"
    assert frozen["choices_html"] == {"a": "<p>x</p>", "b": "<p>y</p>"}
    assert frozen["feedback_html"] == {"a": "<p>f</p>"}
    assert frozen["explanation_html"] == "<p>e</p>"
