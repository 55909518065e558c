"""Words of a list to kinds of work, and findings to sentences."""

import pytest

from workers.registry_file import CODES, Kind, Vocabulary, general_message

KINDS = [
    Kind("TPK", "Tukang parkir", ("juru parkir", "jukir")),
    Kind("OJK", "Pengemudi ojek pangkalan", ("tukang ojek",)),
    Kind("KUR", "Kurir motor / pengantar makanan", ()),
]


def meaning_of(word):
    return Vocabulary([], KINDS, posting="73.71").occupation(word)


@pytest.mark.parametrize(
    "word", ["juru parkir,jukir", "juru parkir, jukir", "juru parkir;jukir", "Jukir ; Tukang Parkir;", "jukir,"]
)
def test_several_words_for_one_kind_of_work_are_that_kind(word):  # AC-I14
    assert (meaning_of(word).code, meaning_of(word).findings) == (
        "TPK",
        [("pekerjaan", "occupation_word", ["Tukang parkir"])],
    )


def test_words_for_several_kinds_of_work_are_never_guessed():  # AC-I14
    assert meaning_of("jukir, tukang ojek").findings == [
        ("pekerjaan", "occupation_ambiguous", ["Tukang parkir atau Pengemudi ojek pangkalan"])
    ]


@pytest.mark.parametrize("word", ["jukir, astronot", ",", ";;"])
def test_a_list_with_an_unknown_word_is_unknown(word):
    assert [code for _, code, _ in meaning_of(word).findings] == ["occupation_unknown"]


def test_a_kind_whose_name_holds_a_sign_is_known_by_it():
    assert meaning_of("kurir motor / pengantar makanan").findings == []


@pytest.mark.parametrize("code", CODES)
def test_every_kind_of_finding_has_a_sentence_of_its_own(code):
    sentence = general_message(code)

    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "…" not in sentence
