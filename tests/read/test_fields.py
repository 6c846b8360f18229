"""Names of fields in records: known ones, and the user's own by --map."""

import json

import pytest

from copydesk.errors import UsageError
from copydesk.read import find_inputs, read_pages
from copydesk.read.fields import parse_fields
from copydesk.records import Limits, Unread


def read_one(folder, record, *mappings):
    (folder / "a.jsonl").write_text(json.dumps(record) + "\n")
    (item,) = find_inputs([str(folder)], mappings)
    (page,) = read_pages(item, Limits())
    return page


def test_a_mapped_field_goes_before_all_known_names(tmp_path):
    record = {"html": "<p>teaser", "url": "https://a.example/x", "payload": "The ferry sails.", "link": "no"}
    page = read_one(tmp_path, record, "text=payload", "title=kicker")
    assert (page.content, page.declared_format) == (b"The ferry sails.", None)
    assert (page.sidecar.url, page.sidecar.headline) == ("https://a.example/x", None)


def test_a_key_may_lie_inside_another_and_may_hold_a_dot(tmp_path):
    record = {
        "doc": {"Body": "The ferry sails.", "by": [{"name": "Ilka Dorrin"}]},
        "meta.url": "https://a.example/x",
    }
    page = read_one(tmp_path, record, "html=doc.Body", "authors=doc.by", "url=meta.url")
    assert (page.content, page.declared_format) == (b"The ferry sails.", "html")
    assert (page.sidecar.authors, page.sidecar.url) == (("Ilka Dorrin",), "https://a.example/x")


def test_a_record_without_the_mapped_key_says_which_was_expected(tmp_path):
    page = read_one(tmp_path, {"text": "The ferry sails."}, "text=payload")
    assert page == Unread("a.jsonl#0", "record", "line 1: expected 'payload', found 'text'", 29)
    assert read_one(tmp_path, {"payload": " "}, "text=payload").code == "empty"


@pytest.mark.parametrize(
    ("mappings", "message"),
    [
        (["text"], "--map: expected FIELD=KEY such as text=content, found 'text'"),
        (["=x"], "--map: expected FIELD=KEY such as text=content, found '=x'"),
        (["text="], "--map: expected FIELD=KEY such as text=content, found 'text='"),
        (["txt=content"], "did you mean text?"),
        (["title=a", "headline=b"], "--map: expected one key for headline, found 'a' and 'b'"),
        (["te\nxt=a"], "--map: expected FIELD=KEY"),
    ],
)
def test_a_bad_mapping_is_one_clear_line(mappings, message):
    with pytest.raises(UsageError) as fault:
        parse_fields(mappings)
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)


def test_what_is_said_from_outside_changes_the_fingerprint(tmp_path):
    (tmp_path / "a.txt").write_text("The ferry sails.")

    def fingerprint(*mappings):
        (item,) = find_inputs([str(tmp_path)], mappings)
        return item.fingerprint

    assert fingerprint() == ""
    mapped = fingerprint("text=content")
    assert mapped not in ("", fingerprint("text=body"))
    (tmp_path / "_meta.json").write_text('{"outlet": "The Harrow Gazette"}')
    gazette = fingerprint()
    (tmp_path / "a.meta.json").write_text('{"outlet": "The Velmora Post"}')
    assert fingerprint() not in ("", gazette)
