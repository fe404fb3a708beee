"""The images that NixOS' account offers: files below a directory, each under its name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_SUFFIX = ".vhd"


@dataclass(frozen=True)
class OfferedFile:
    """One image: its name, such as `nixos/26.05.1-x86_64-linux`, and where its bytes are."""

    name: str
    path: Path

    @property
    def image_id(self) -> str:
        """Follows from the name, so that who puts the file there knows it."""
        return f"ami-{self._digest}"

    @property
    def snapshot_id(self) -> str:
        return f"snap-{self._digest}"

    @property
    def created(self) -> datetime:
        """When the file was last written, in UTC, without a zone as moto has it."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC).replace(tzinfo=None)

    @property
    def _digest(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()[:17]


class RegistryFiles:
    """A directory that files may be moved to at any time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def all(self) -> list[OfferedFile]:
        return [
            OfferedFile(str(path.relative_to(self._directory)).removesuffix(_SUFFIX), path)
            for path in self._directory.rglob(f"*{_SUFFIX}")
        ]
