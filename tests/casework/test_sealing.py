import base64

import pytest

from casework import sealing


def test_what_is_sealed_opens_again():
    assert sealing.unseal_text(sealing.seal_text("rahasia", purpose="mfa"), purpose="mfa") == "rahasia"


def test_the_same_text_is_sealed_differently_each_time_and_never_shown():
    first, second = (sealing.seal(b"rahasia", purpose="mfa") for _ in range(2))

    assert first != second
    assert b"rahasia" not in first


@pytest.mark.parametrize("place", [6, 20, -1])  # nonce, text, tag
def test_a_changed_value_does_not_open(place):
    sealed = bytearray(sealing.seal(b"a longer text than that", purpose="mfa"))
    sealed[place] ^= 1

    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(bytes(sealed), purpose="mfa")


def test_a_value_moved_to_another_place_does_not_open():
    sealed = sealing.seal(b"rahasia", purpose="document 1")

    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(sealed, purpose="document 2")


@pytest.mark.parametrize("sealed", [b"", b"test:", b"nothing", b"\xff:abc"])
def test_what_was_never_sealed_does_not_open(sealed):
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(sealed, purpose="mfa")


def test_keys_are_exchanged_without_losing_what_the_old_one_sealed(settings):
    old, new = sealing.new_entry("2026a"), sealing.new_entry("2026b")
    settings.SEALING_KEYS = sealing.keyring([old])
    before = sealing.seal(b"lama", purpose="mfa")
    settings.SEALING_KEYS = sealing.keyring([new, old])
    after = sealing.seal(b"baru", purpose="mfa")

    assert (before[:6], after[:6]) == (b"2026a:", b"2026b:")
    assert sealing.unseal(before, purpose="mfa") == b"lama"

    settings.SEALING_KEYS = sealing.keyring([new])
    assert sealing.unseal(after, purpose="mfa") == b"baru"
    with pytest.raises(sealing.CannotOpen, match="not in SEALING_KEYS"):
        sealing.unseal(before, purpose="mfa")


def test_a_new_key_has_256_bits():
    name, _, key = sealing.new_entry("2026a").partition(":")

    assert (name, len(base64.b64decode(key))) == ("2026a", 32)
