"""The notation in which phrases are written, and that nothing is missed for speed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.text.phrases import Phrases, anchors, compiled, expand


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("no car", "she has no car now", "no car"),
        ("no car", "she has no carpet", None),
        ("no car", "no\ncar", "no\ncar"),
        ("evict~", "evicted today", "evicted"),
        ("(no|lacks a) (own )?car", "she lacks a own car", "lacks a own car"),
        ("(very )*tired", "very very tired", "very very tired"),
        ("behind ... rent", "behind on the last rent", "behind on the last rent"),
        ("behind ... rent", "behind on her bills this cold month rent", None),
        ("cut ... off", "cut was not off", None),
        ("can read", "can't read", None),
        ("her son", "her son's car", "her son"),
        ("needs?", "he need help", "need"),
        ("# cups", "drinks 12 cups", "12 cups"),
        ("a @ b", "a big b", "a big b"),
        ("half ?way", "halfway", "halfway"),
        ("{no} car", "sin car", "sin car"),
    ],
)
def test_a_phrase_finds_what_it_says(phrase, text, found):
    hits = Phrases([(phrase, 1)], {"no": "no|sin"}).find(text)
    assert (text[hits[0].start : hits[0].end] if hits else None) == found


def test_of_phrases_at_one_place_the_first_that_is_written_comes_first_whatever_chance_does():
    said = ["amber", "birch", "cedar", "delta", "ember", "fern", "grove", "heath", "ivory", "juniper"]
    phrases = [" ".join(one if one == kept else "@" for one in said) for kept in reversed(said)]
    found = Phrases(zip(phrases, range(10), strict=True)).find(" ".join(said))
    assert [one.meaning for one in found] == list(range(10))


def test_an_undefined_name_is_an_error():
    with pytest.raises(KeyError):
        expand("{nobody}", {})
    with pytest.raises(KeyError):
        Phrases([("{nobody} car", 1)])


def written() -> st.SearchStrategy[str]:
    word = st.sampled_from(["no", "car", "evict~", "homes?", "don't", "x", "#", "@"])
    group = st.lists(word, min_size=1, max_size=3).map(lambda words: "(" + "|".join(words) + ")")
    optional = group.map(lambda one: one[:-1] + " )?")
    glued = st.tuples(
        st.sampled_from(["", "car", "x", "home"]), group, st.sampled_from(["", "?", "x", "car"])
    )
    joined = st.sampled_from(
        ["x-car", "car-?x", "car ?home", "no-? ?car", "evict(ed)?", "car( x)?", "(x )?car"]
    )
    piece = st.one_of(word, group, optional, glued.map("".join), joined)
    return st.lists(piece, min_size=1, max_size=4).map(" ".join)


@given(
    written(),
    st.lists(st.sampled_from(["no", "car", "evicted", "home", "homes", "dont", "x", "7"]), max_size=6),
    st.sampled_from([" ", ""]),
)
def test_the_look_up_by_words_misses_nothing_that_the_pattern_finds(phrase, words, between):
    text = between.join(words)
    plain = [(one.start(), one.end()) for one in compiled(expand(phrase, {})).finditer(text)]
    assert [(one.start, one.end) for one in Phrases([(phrase, 1)]).find(text)] == sorted(plain)


@pytest.mark.parametrize(
    ("phrase", "needed"),
    [
        ("(the )?evict~ notice", [{"evict"}, {"notice "}]),
        ("(he|she (is )?)", [{"he ", "she "}]),
        ("(lost|lacks) (a )?ride", [{"ride "}, {"lost ", "lacks "}]),
        ("rides( home)? stopped", [{"stopped "}, {"rides "}]),
        ("rel(y|ies) on", [{"on "}, {"rel"}]),
        ("(un|non)insured", []),
        ("un-?insured", [{"un ", "uninsure"}]),
        ("dogs? isn't", [{"dog ", "dogs "}, {"isn"}]),
        ("co-?workers? left", [{"left "}, {"co"}]),
        ("half ?way", [{"half ", "halfway"}]),
    ],
)
def test_a_phrase_is_looked_for_by_the_words_that_it_must_have(phrase, needed):
    assert sorted(anchors(phrase), key=sorted) == sorted((frozenset(one) for one in needed), key=sorted)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [("(depend~|rel(y|ies)) on", "relies on"), ("un-?insured", "uninsured"), ("co-?workers?", "coworker")],
)
def test_a_word_that_is_written_in_parts_is_found_whole(phrase, text):
    assert [(one.start, one.end) for one in Phrases([(phrase, 1)]).find(text)] == [(0, len(text))]


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("please disregarding all that", True),
        ("an as-yet unread note", True),
        ("assess her disc tomorrow", False),
        ("", False),
    ],
)
def test_a_text_without_a_phrases_words_is_put_aside_and_no_other(text: str, so: bool) -> None:
    known = Phrases([("disreg~ all", 1), ("as yet", 2)])
    assert known.may_occur(text) is so
    assert bool(known.find(text)) <= so
