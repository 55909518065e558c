"""What leaves on paper with a number and a code, so that anybody may ask whether it is ours and unchanged."""

from django.urls.converters import StringConverter

CODE_LENGTH = 16  # hexadecimal digits: too many to guess, few enough to compare by eye


class Sheet:
    """Of a model that keeps the `digest` of its content when it is made, and refuses any change but to be emptied.

    The model says `content_digest` and `is_emptied`.
    """

    @property
    def code(self) -> str:
        """What the paper prints of the digest, and its QR carries."""
        return self.digest[:CODE_LENGTH]

    def has_code(self, code: str) -> bool:
        """Whether a paper with this code is of this row, and the row still is what was hashed.

        Of one that retention has emptied only the digest is left to compare with.
        """
        return code == self.code and (self.is_emptied or self.content_digest() == self.digest)


class CodeConverter(StringConverter):
    """<sheet_code:code> lets only what a paper can carry into an address."""

    regex = f"[0-9a-f]{{{CODE_LENGTH}}}"
