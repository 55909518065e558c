import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User

OWNER = User(name="Andi Nurhayati", email="andi.nurhayati@makassarkota.example")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("x7#kQ2!pLm9", "password_too_short"),  # 11
        ("kuda laut " * 13, "password_too_long"),  # 130
        ("qwertyuiop123", "password_too_common"),
        ("JagaiMakassar2026", "password_own_words"),
        ("bpjs-ketenagakerjaan", "password_own_words"),
        ("Nurhayati12345", "password_own_words"),
    ],
)
def test_a_password_that_others_guess_is_refused(password, code):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, OWNER)

    assert code in [error.code for error in refused.value.error_list]


@pytest.mark.parametrize(
    "password",
    ["perahu pinisi di losari", "x7#kQ2!pLm9w", "jagai terus kapal kayu di teluk", "kuda laut " * 12 + "biru"],
)
def test_a_password_of_other_words_will_do(password):
    validate_password(password, OWNER)


def test_a_password_is_taken_exactly_as_typed():
    user = User()
    user.set_password(" Ä spasi di tepi ")

    assert user.check_password(" Ä spasi di tepi ")
    assert not user.check_password("Ä spasi di tepi")
