import io
import os
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from casework import sealing
from casework.documents import CHUNK, SealedStorage
from casework.sealing import CannotOpen
from casework.views import attachment
from tests.casework import bad_files


@pytest.fixture
def storage(tmp_path):
    return SealedStorage(location=tmp_path)


def on_disk(storage, name):
    with open(storage.path(name), "rb") as file:
        return file.read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
def test_what_is_kept_comes_back_and_is_noise_on_disk(storage, size):
    content = os.urandom(size)

    name = storage.save("KTP Sitti Rahmah.jpg", ContentFile(content))

    with storage.open(name) as file:
        assert file.read() == content
    assert size < 16 or content[:16] not in on_disk(storage, name)
    assert ("Sitti" in name, len(name)) == (False, 33)


def test_the_same_file_twice_looks_different(storage):
    names = [storage.save("daftar.csv", ContentFile(b"nik;nama\n" * 100)) for _ in range(2)]

    assert len({on_disk(storage, name) for name in names}) == 2


def test_a_reader_may_jump(storage):
    content = os.urandom(2 * CHUNK + 100)
    with storage.open(storage.save("x", ContentFile(content))) as file:
        file.seek(CHUNK - 10)
        assert file.read(20) == content[CHUNK - 10 : CHUNK + 10]
        file.seek(-5, io.SEEK_END)
        assert (file.read(), file.read()) == (content[-5:], b"")
    with storage.open(storage.save("x", ContentFile(bad_files.workbook()))) as file:
        assert zipfile.ZipFile(file).testzip() is None


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: data[:-5],
        lambda data: data[: -(100 + 16)],  # the last chunk whole
        lambda data: data + data[-(100 + 16) :],
        lambda data: data[:20],
        lambda data: b"nik;nama\n" + data,
    ],
    ids=["letter", "last letter", "cut", "chunk cut", "chunk added", "header only", "other file"],
)
def test_a_changed_file_is_not_opened(storage, harm):
    name = storage.save("x", ContentFile(os.urandom(CHUNK + 100)))
    harmed = harm(on_disk(storage, name))
    with open(storage.path(name), "wb") as file:
        file.write(harmed)

    with pytest.raises(CannotOpen), storage.open(name) as file:
        file.read()


def test_files_cannot_be_exchanged(storage):
    one, other = (storage.save("x", ContentFile(content)) for content in (b"milik Baso", b"milik Sitti"))
    os.replace(storage.path(one), storage.path(other))

    with pytest.raises(CannotOpen):
        storage.open(other)


def test_a_new_key_opens_old_files_until_the_old_key_is_gone(storage, settings):
    settings.SEALING_KEYS = sealing.keyring([sealing.new_entry("2026a")])
    old = storage.save("x", ContentFile(b"isi"))

    settings.SEALING_KEYS = sealing.keyring([sealing.new_entry("2027a")]) | settings.SEALING_KEYS
    new = storage.save("x", ContentFile(b"isi"))
    assert (storage.open(old).read(), b"2027a" in on_disk(storage, new)) == (b"isi", True)

    del settings.SEALING_KEYS["2026a"]
    with pytest.raises(CannotOpen, match="not in SEALING_KEYS"):
        storage.open(old)


def test_only_the_portal_may_read_the_file(storage, settings):
    assert os.stat(storage.path(storage.save("x", ContentFile(b"isi")))).st_mode & 0o777 == 0o600


def test_a_file_is_handed_out_to_be_saved_not_shown(storage):
    name = storage.save("x", ContentFile(b"<script>alert(1)</script>"))

    file = storage.open(name)
    response = attachment(file, name='bukti "1".html', content_type="text/html")

    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert {key: response[key] for key in ("Content-Disposition", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Disposition": 'attachment; filename="bukti \\"1\\".html"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    file.close()


IN_MEMORY = "django.core.files.storage.InMemoryStorage"


class Renaming(InMemoryStorage):
    """Gives a file another name than asked for, as a bucket with a file of that name does."""

    def get_available_name(self, name, max_length=None):
        return f"{name}_2"


@pytest.mark.parametrize("size", [0, 3 * CHUNK + 5])
def test_any_storage_of_django_may_hold_the_sealed_files(size):
    """S3-compatible ones come the same way, by FILES_AT."""
    storage = SealedStorage(inner=IN_MEMORY)
    content = os.urandom(size)

    name = storage.save("KTP.jpg", ContentFile(content))

    with storage.open(name) as file:
        assert file.read() == content
    held = storage.inner.open(name).read()
    assert held.startswith(b"JGS1")
    assert size < 16 or content[:16] not in held
    folder, _, file_name = name.partition("/")
    assert (storage.exists(name), storage.listdir(folder)) == (True, ([], [file_name]))
    storage.delete(name)
    assert not storage.exists(name)


def test_a_storage_that_renames_keeps_nothing():
    storage = SealedStorage(inner=f"{__name__}.Renaming")

    with pytest.raises(FileExistsError):
        storage.save("KTP.jpg", ContentFile(b"isi"))

    (folder,), files = storage.inner.listdir("")
    assert (files, storage.inner.listdir(folder)) == ([], ([], []))


def test_a_sealed_file_has_no_address():
    with pytest.raises(NotImplementedError):
        SealedStorage(inner=IN_MEMORY).url("x")
