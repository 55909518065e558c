"""What a password may not be, beside Django's own validators."""

from __future__ import annotations

from django.core.exceptions import ValidationError

LONGEST = 128
OWN_WORDS = ("jagai", "makassar", "berjasa", "bpjs", "jamsostek", "ketenagakerjaan", "sandi", "password")
LEFT_OVER = 8  # letters and digits that must remain when the own words are taken out


class LongestValidator:
    """A limit that no password manager meets: hashing megabytes is work for the attacker's benefit."""

    def validate(self, password: str, user=None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(f"Kata sandi paling panjang {LONGEST} tanda.", code="password_too_long")

    def get_help_text(self) -> str:
        return f"Paling panjang {LONGEST} tanda."


class OwnWordsValidator:
    """Refuses passwords that are little more than the portal's, the city's or the person's own words."""

    def validate(self, password: str, user=None) -> None:
        rest = password.lower()
        for word in sorted([*OWN_WORDS, *_words_of(user)], key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != password.lower() and sum(sign.isalnum() for sign in rest) < LEFT_OVER:
            raise ValidationError(
                "Kata sandi ini mudah ditebak: isinya nama Anda, nama kota, atau nama layanan. "
                "Pakai beberapa kata lain yang tidak berhubungan.",
                code="password_own_words",
            )

    def get_help_text(self) -> str:
        return "Bukan nama Anda, nama kota, atau nama layanan."


def _words_of(user) -> list[str]:
    """The person's name and address in pieces worth looking for."""
    if user is None:
        return []
    pieces = f"{user.name} {user.email}".lower()
    for sign in "@._-+":
        pieces = pieces.replace(sign, " ")
    return [piece for piece in pieces.split() if len(piece) > 2]
