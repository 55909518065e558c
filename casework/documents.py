"""Files of people at rest: outside the web root, under random names, encrypted: a stolen disk or bucket is noise.

`SealedStorage` is the default storage: default_storage.save and .open are all that anybody needs. What a file is called
and what it is stands in the row that points to it. Judge uploads first (casework.uploads); hand files out with
casework.views.attachment, after a scope check.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.module_loading import import_string

from casework.sealing import CannotOpen

MAGIC = b"JGS1"
SALT = 16
CHUNK = 65536  # bytes of content; each chunk is sealed by itself, so that a reader may jump
TAG = 16
IN_MEMORY = 8_000_000  # bytes of a sealed file; a larger one waits on disk, sealed, for its place


class SealedStorage(Storage):
    """Each file is AES-256-GCM in chunks under a key of its own, drawn from SEALING_KEYS, a salt and its name: a file
    that was changed, cut or put in another's place is not opened (CannotOpen).

    The sealed files lie in the storage class that `inner` names, made with the other options (ADR 0013).
    """

    def __init__(self, inner: str = "django.core.files.storage.FileSystemStorage", **options: Any) -> None:
        self.inner = import_string(inner)(**options)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """A random name. The asked one may hold a person's name, and says nothing that we need."""
        token = secrets.token_hex(16)
        return f"{token[:2]}/{token[2:]}"

    def _save(self, name: str, content: File) -> str:
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as sealed:
            for part in _sealed(content, name):
                sealed.write(part)
            sealed.seek(0)
            kept_as = self.inner.save(name, File(sealed, name))
        if kept_as != name:  # it could not be opened by that name
            self.inner.delete(kept_as)
            raise FileExistsError(name)
        return name

    def _open(self, name: str, mode: str = "rb") -> File:
        return File(io.BufferedReader(_Unsealed(self.inner.open(name, "rb"), name)), name)

    def delete(self, name: str) -> None:
        self.inner.delete(name)

    def exists(self, name: str) -> bool:
        return self.inner.exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return self.inner.listdir(path)

    def path(self, name: str) -> str:
        return self.inner.path(name)


def _sealed(content: File, name: str) -> Iterator[bytes]:
    """Header, then sealed chunks, the last one marked as the last."""
    key_id, master = next(iter(settings.SEALING_KEYS.items()))
    salt = secrets.token_bytes(SALT)
    cipher = _cipher(master, salt, name)
    yield MAGIC + bytes([len(key_id)]) + key_id.encode() + salt
    content.seek(0)
    number, chunk = 0, content.read(CHUNK)
    while True:
        following = content.read(CHUNK) if len(chunk) == CHUNK else b""
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
