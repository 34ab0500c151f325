"""The file of a backup: a compressed tar that begins with a list of sizes and SHA-256 sums.

Reading trusts nothing in it: only plain files that the list names, of that size and sum, under
names that cannot lead out of the folder they are unpacked into.
"""

import hashlib
import json
import os
import secrets
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from quizapp.domain.errors import N_, Invalid

MANIFEST = "manifest.json"
FORMAT = 1
MAX_MANIFEST = 64 * 1024 * 1024
PORTION = 1024 * 1024


class DamagedArchive(Invalid):
    """Not a backup of ours, or no longer as it was written."""

    message = N_("This backup cannot be used: %(why)s.")


class NoRoom(Invalid):
    """The disk is too full for what is in the backup."""

    message = N_("There is not enough free disk space in %(folder)s: %(needed)s MiB are needed.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file in the archive must be like."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, and of which installation."""

    version: str
    revision: str
    engine: str
    created_at: str
    files: Mapping[str, Entry]

    def to_dict(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}


def entry_of(path: Path) -> Entry:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while portion := file.read(PORTION):
            digest.update(portion)
    return Entry(path.stat().st_size, digest.hexdigest())


def write(target: Path, manifest: Manifest, sources: Mapping[str, Path]) -> None:
    """Write the archive under a passing name, read it once more, then give it its name."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            _fill(file, manifest, sources)
            file.flush()
            os.fsync(file.fileno())
        for _name, _file in _entries(draft, read_manifest(draft)):
            pass
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _fill(file: IO[bytes], manifest: Manifest, sources: Mapping[str, Path]) -> None:
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
        document = json.dumps(manifest.to_dict(), indent=1, sort_keys=True).encode()
        head = tarfile.TarInfo(MANIFEST)
        head.size, head.mode = len(document), 0o600
        archive.addfile(head, BytesIO(document))
        for name, path in sources.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = manifest.files[name].size, 0o600
            with path.open("rb") as content:
                archive.addfile(info, content)


def read_manifest(source: Path) -> Manifest:
    """What the archive says it holds; its files are not looked at yet."""
    with _opened(source) as archive:
        first = archive.next()
        if first is None or first.name != MANIFEST or not first.isreg():
            raise DamagedArchive(why="it does not begin with a list of its files")
        if first.size > MAX_MANIFEST:
            raise DamagedArchive(why="its list of files is too long")
        content = archive.extractfile(first)
        raw = content.read() if content is not None else b""
    return _parse(raw)


def _parse(raw: bytes) -> Manifest:
    try:
        document = json.loads(raw)
        if document.pop("format") != FORMAT:
            raise DamagedArchive(why="it was written by a newer version of quizapp")
        listed = document.pop("files").items()
        files = {str(name): Entry(int(e["size"]), str(e["sha256"])) for name, e in listed}
        manifest = Manifest(files=files, **{key: str(value) for key, value in document.items()})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedArchive(why="its list of files cannot be read") from error
    for name in manifest.files:
        if not is_safe(name):
            raise DamagedArchive(why=f"it names a file outside its folder, {name!r}")
    return manifest


def is_safe(name: str) -> bool:
    """Whether a name stays inside the folder it is unpacked into, on every system."""
    parts = name.split("/")
    return (
        all(part not in {"", ".", ".."} for part in parts)
        and name.isprintable()
        and not any(character in name for character in '\\:*?"<>|')
    )


def extract(source: Path, folder: Path) -> Manifest:
    """Unpack into an empty folder, each file only as the list describes it."""
    manifest = read_manifest(source)
    needed = sum(entry.size for entry in manifest.files.values())
    if needed > shutil.disk_usage(folder).free:
        raise NoRoom(folder=folder, needed=needed // 1024 // 1024 + 1)
    for name, content in _entries(source, manifest):
        place = folder.joinpath(*name.split("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            for portion in content:
                file.write(portion)
            file.flush()
            os.fsync(file.fileno())
    return manifest


def _entries(source: Path, manifest: Manifest) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each file of the archive; reading one to its end compares it with the list."""
    missing = dict(manifest.files)
    with _opened(source) as archive:
        for number, member in enumerate(archive):
            if number == 0:
                continue  # the list itself
            entry = missing.pop(member.name, None)
            if entry is None or not member.isreg() or member.issparse():
                raise DamagedArchive(why=f"{member.name!r} should not be in it")
            if member.size != entry.size:
                raise DamagedArchive(why=f"{member.name} has another size than it should")
            content = _portions(archive, member, entry)
            yield member.name, content
            for _rest in content:  # whoever did not read it: the sum is compared all the same
                pass
    if missing:
        raise DamagedArchive(why=f"{min(missing)} is missing")


def _portions(archive: tarfile.TarFile, member: tarfile.TarInfo, entry: Entry) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with _complaints():
        content = archive.extractfile(member)
    while content is not None:
        with _complaints():
            portion = content.read(PORTION)
        if not portion:
            break
        digest.update(portion)
        yield portion
    if digest.hexdigest() != entry.sha256:
        raise DamagedArchive(why=f"{member.name} was altered")


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    """The archive as a stream."""
    if not source.is_file():
        raise DamagedArchive(why=f"there is no file {source}")
    with (
        _complaints(),
        source.open("rb") as file,
        tarfile.open(fileobj=file, mode="r|gz") as archive,
    ):
        yield archive


@contextmanager
def _complaints() -> Iterator[None]:
    """Whatever the reader of an archive trips over means that it is damaged."""
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise DamagedArchive(why=f"it is damaged ({error})") from error
    except OSError as error:
        if error.errno is not None:  # gzip's own complaints carry no number
            raise
        raise DamagedArchive(why=f"it is damaged ({error})") from error
