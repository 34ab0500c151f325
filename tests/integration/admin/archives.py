"""Backups that somebody has tampered with."""

import hashlib
import json
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from quizapp.infrastructure import archive

PICTURE = b"\x89PNG not really a picture"


def rewritten(source: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The archive with other contents under the same list of files."""
    with tarfile.open(source) as found:
        files = {m.name: found.extractfile(m).read() for m in found}  # type: ignore[union-attr]
    change(files)
    with tarfile.open(source, "w:gz") as target:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            target.addfile(info, BytesIO(content))
    return source


def relisted(source: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The archive with another list of files."""

    def edit(files: dict[str, bytes]) -> None:
        document = json.loads(files[archive.MANIFEST])
        change(document)
        files[archive.MANIFEST] = json.dumps(document).encode()

    return rewritten(source, edit)


def holding(source: Path, *names: str, kind: bytes = tarfile.REGTYPE) -> Path:
    """The archive with more files in it, each on the list with its right size and sum."""
    content = b"surprise"
    entry = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    relisted(source, lambda document: document["files"].update(dict.fromkeys(names, entry)))
    with tarfile.open(source) as found:
        members = [(m, found.extractfile(m).read()) for m in found]  # type: ignore[union-attr]
    with tarfile.open(source, "w:gz") as target:
        for member, old in members:
            target.addfile(member, BytesIO(old))
        for name in names:
            info = tarfile.TarInfo(name)
            info.size, info.type = len(content), kind
            if kind != tarfile.REGTYPE:
                info.size, info.linkname = 0, "/etc/passwd"
            target.addfile(info, BytesIO(content))
    return source


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
