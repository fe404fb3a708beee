"""Puts an image on an empty disk."""

import subprocess
from pathlib import Path

from host import Host

FOOTER_SIZE = 512
COOKIE = b'conectix'


class BadImage(Exception):
    pass


def install(image: Path | None, host: Host) -> None:
    """Unpack `image`, a fixed VHD around a tar archive, to `host.root`: whole or not at all."""
    if image is None or not image.is_file():
        raise BadImage(f'there is no image {image}')
    with image.open('rb') as file:
        file.seek(max(0, image.stat().st_size - FOOTER_SIZE))
        footer = file.read(FOOTER_SIZE)
    if not footer.startswith(COOKIE):
        raise BadImage(f'{image} is no fixed VHD: no {COOKIE.decode()} footer, got {footer[:8]!r}')
    unfinished = host.disk / 'root.unfinished'
    subprocess.run(['rm', '-rf', unfinished], check=True)
    unfinished.mkdir()
    # tar stops at the archive's own end, before the padding and the footer.
    done = subprocess.run(
        ['tar', '-x', '--numeric-owner', '--same-permissions', '-f', image, '-C', unfinished],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BadImage(f'{image} holds no tar archive that can be unpacked: {done.stderr.strip()[-500:]}')
    unfinished.rename(host.root)
