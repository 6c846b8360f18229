import pytest

from copydesk.label.lines import ends_sentence


@pytest.mark.parametrize(
    "text",
    [
        "The bridge is shut.",
        "Die Brücke, sagte sie, »bleibt zu.«",
        "Le pont, dit-elle, « reste fermé. »",
        "橋は閉鎖された。」",
        "「橋は閉鎖される」",
        "Der Eintritt ist frei. (kas)",
        "„Die Brücke bleibt zu.“ (dpa/snp)",
    ],
)
def test_marks_and_initials_may_follow_the_stop(text):
    assert ends_sentence(text)


@pytest.mark.parametrize(
    "text", ["", "Bridge shut", "Two boats. (Nora Feld/SNP Photo)", "Closed (2019)", "Boats (kas)"]
)
def test_a_credit_or_a_bracket_alone_ends_no_sentence(text):
    assert not ends_sentence(text)
