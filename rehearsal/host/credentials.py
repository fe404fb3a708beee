"""LoadCredential=: copies of secret files for one service, below /run and for root alone."""

import shutil
from pathlib import Path

BASE = Path('/run/credentials')


def folder(unit: str) -> Path:
    return BASE / unit


def load(unit: str, lines: list[str]) -> dict[str, str]:
    """Copy `ID:PATH` each; what the service needs in its environment. OSError if a file is not there."""
    if not lines:
        return {}
    target = folder(unit)
    remove(unit)
    target.mkdir(parents=True, mode=0o700)
    for line in lines:
        name, _, source = line.partition(':')
        copy = target / name
        copy.touch(mode=0o400)
        copy.write_bytes(Path(source or name).read_bytes())
    target.chmod(0o500)
    return {'CREDENTIALS_DIRECTORY': str(target)}


def remove(unit: str) -> None:
    shutil.rmtree(folder(unit), ignore_errors=True)
