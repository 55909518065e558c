"""Files of people at rest: outside the web root, under random names, encrypted, so that a stolen disk is noise.

`SealedStorage` is the default storage: default_storage.save and .open are all that anybody needs. What a file is called
and what it is stands in the row that points to it. Judge uploads first (casework.uploads); hand files out with
casework.views.attachment, after a scope check.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from casework.sealing import CannotOpen

MAGIC = b"JGS1"
SALT = 16
CHUNK = 65536  # bytes of content; each chunk is sealed by itself, so that a reader may jump
TAG = 16


class SealedStorage(FileSystemStorage):
    """Each file is AES-256-GCM in chunks under a key of its own, drawn from SEALING_KEYS, a salt and its name: a file
    that was changed, cut or put in another's place is not opened (CannotOpen)."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """A random name. The asked one may hold a person's name, and says nothing that we need."""
        token = secrets.token_hex(16)
        return f"{token[:2]}/{token[2:]}"

    def _save(self, name: str, content: File) -> str:
        return super()._save(name, _Sealed(content, name))

    def _open(self, name: str, mode: str = "rb") -> File:
        return File(io.BufferedReader(_Unsealed(open(self.path(name), "rb"), name)), name)


class _Sealed(File):
    """Content on its way to disk: header, then sealed chunks, the last one marked as the last."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        key_id, master = next(iter(settings.SEALING_KEYS.items()))
        salt = secrets.token_bytes(SALT)
        cipher = _cipher(master, salt, self.name)
        yield MAGIC + bytes([len(key_id)]) + key_id.encode() + salt
        self.file.seek(0)
        number, chunk = 0, self.file.read(CHUNK)
        while True:
            following = self.file.read(CHUNK) if len(chunk) == CHUNK else b""
            yield cipher.encrypt(_nonce(number, last=not following), chunk, None)
            if not following:
                return
            number, chunk = number + 1, following


class _Unsealed(io.RawIOBase):
    """Reads a sealed file as if it were plain, from any position."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.file, self.position, self.held = file, 0, (None, b"")
        try:
            self.cipher, self.begin = self._header(name)
            body = file.seek(0, io.SEEK_END) - self.begin
            self.count = max(1, -(-body // (CHUNK + TAG)))
            self.size = body - TAG * self.count
            self._chunk(self.count - 1)  # a cut file shows at once
        except BaseException:
            file.close()
            raise

    def _header(self, name: str) -> tuple[AESGCM, int]:
        if self.file.read(len(MAGIC)) != MAGIC:
            raise CannotOpen("This is not a sealed file.")
        key_id = self.file.read(self.file.read(1)[0]).decode("ascii", "replace")
        if key_id not in settings.SEALING_KEYS:
            raise CannotOpen("The key of this file is not in SEALING_KEYS.")
        cipher = _cipher(settings.SEALING_KEYS[key_id], self.file.read(SALT), name)
        return cipher, self.file.tell()

    def _chunk(self, number: int) -> bytes:
        if self.held[0] != number:
            self.file.seek(self.begin + number * (CHUNK + TAG))
            sealed = self.file.read(CHUNK + TAG)
            try:
                self.held = number, self.cipher.decrypt(_nonce(number, last=number == self.count - 1), sealed, None)
            except (InvalidTag, ValueError, OverflowError) as problem:
                raise CannotOpen("The file was changed, cut, or belongs elsewhere.") from problem
        return self.held[1]

    def readinto(self, buffer) -> int:
        if self.position >= self.size:
            return 0
        number, offset = divmod(self.position, CHUNK)
        part = self._chunk(number)[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self.position += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        self.position = max(0, start + offset)
        return self.position

    def tell(self) -> int:
        return self.position

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self.file.close()
        super().close()


def _cipher(master: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), length=32, salt=salt, info=b"document:" + name.encode()).derive(master))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
