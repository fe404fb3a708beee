"""What is known about a host from the outside."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Host:
    name: str
    address: str
    disk: Path

    @property
    def root(self) -> Path:
        return self.disk / 'root'

    @property
    def metadata(self) -> Path:
        return self.disk / 'metadata'

    @property
    def console(self) -> Path:
        return self.disk / 'console.log'
