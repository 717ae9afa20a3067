"""Mappings to other vocabularies."""

from __future__ import annotations

from content_store.metadata.dublin_core import to_dublin_core
from content_store.metadata.lrmi import to_lrmi
from content_store.store import Metadata

FULL = Metadata(
    title="Phân số",
    description="Bài đầu",
    subject="toan",
    grades=(6, 0),
    type="video",
    license_id="CC-BY-4.0",
    authors=("Cô Lan",),
    keywords=("tử số",),
    source_url="https://example.org/1",
)


def test_dublin_core_names_everything_a_catalog_reads():
    assert to_dublin_core(FULL, identifier="urn:x", media_type="video/mp4", date="2026-09-01") == {
        "title": ["Phân số"],
        "creator": ["Cô Lan"],
        "subject": ["Toán", "tử số"],
        "description": ["Bài đầu"],
        "date": ["2026-09-01"],
        "type": ["MovingImage"],
        "format": ["video/mp4"],
        "identifier": ["urn:x"],
        "source": ["https://example.org/1"],
        "language": ["vi"],
        "rights": ["https://creativecommons.org/licenses/by/4.0/"],
    }


def test_dublin_core_leaves_out_what_is_not_known():
    assert set(to_dublin_core(Metadata("A"), identifier="urn:x")) == {
        "title",
        "type",
        "identifier",
        "language",
        "rights",
    }


def test_lrmi_is_a_learning_resource_in_the_words_of_the_language():
    resource = to_lrmi(FULL, url="https://hoc.example.vn/library/1", media_type="video/mp4")
    assert resource["@type"] == "LearningResource"
    assert resource["educationalLevel"] == ["Lớp 6", "Người lớn"]
    assert resource["about"] == "Toán"
    assert resource["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "dateModified" not in resource


def test_every_name_in_lrmi_is_one_of_schema_org():
    """Taken from https://schema.org/LearningResource; what a context does not know is dropped without a word."""
    known = {
        "url", "name", "description", "inLanguage", "encodingFormat", "learningResourceType", "about",
        "educationalLevel", "keywords", "author", "license", "isAccessibleForFree", "isBasedOn", "dateModified",
        "datePublished", "version", "creditText", "timeRequired", "image", "thumbnailUrl", "provider", "publisher",
    }  # fmt: skip
    resource = to_lrmi(FULL, url="https://hoc.example.vn/library/1", media_type="video/mp4")
    assert {name for name in resource if name[0] != "@"} <= known
    assert set(resource["learningResourceType"]) == {"@type", "termCode", "name"}
    assert all(set(author) == {"@type", "name"} for author in resource["author"])
