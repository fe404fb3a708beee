"""Makes systems and images for hosts under test. Runs in the sandbox, with real nix.

    systems.py OUT IMAGE.vhd NAME=FOLDER...

Adds each FOLDER, which holds a system's `etc`, to the store as a toplevel, with the rehearsal's own
activation scripts; writes NAME and its path, a line each, to OUT; and makes an image of the first.
"""

import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[3] / 'rehearsal' / 'nixpkgs' / 'nixos'
MIB = 1 << 20


def main(out: Path, image: Path, *systems: str) -> None:
    paths = {name: add(Path(folder)) for name, _, folder in (system.partition('=') for system in systems)}
    out.write_text(''.join(f'{name} {path}\n' for name, path in paths.items()))
    make_image(image, next(iter(paths.values())))


def add(folder: Path) -> str:
    """Finish the system in `folder` and add it to the store."""
    (folder / 'bin').mkdir()
    for script, target in (
        ('activate', 'activate'),
        ('init', 'init'),
        ('switch-to-configuration', 'bin/s-t-c'),
    ):
        path = folder / target.replace('s-t-c', script)
        # A path in the store cannot name itself unless a derivation makes it: it looks where it is.
        up = '/..' if path.parent.name == 'bin' else ''
        here = f'"$(cd "$(dirname "$(readlink -f "$0")")"{up} && pwd)"'
        path.write_text((SCRIPTS / f'{script}.sh').read_text().replace('@toplevel@', here))
        path.chmod(0o755)
    added = subprocess.run(
        ['nix-store', '--add', folder], check=True, capture_output=True, text=True
    ).stdout.strip()
    shutil.rmtree(folder)
    return added


def make_image(image: Path, toplevel: str) -> None:
    closure = subprocess.run(
        ['nix-store', '-qR', toplevel], check=True, capture_output=True, text=True
    ).stdout.split()
    registration = subprocess.run(
        ['nix-store', '--dump-db', *closure], check=True, capture_output=True
    ).stdout
    with tempfile.TemporaryDirectory() as temporary, tarfile.open(image, 'w') as tar:
        for path in closure:
            tar.add(path)
        recorded = Path(temporary, 'registration')
        recorded.write_bytes(registration)
        tar.add(recorded, 'nix-path-registration')
        for name, target in (('system', 'system-1-link'), ('system-1-link', toplevel)):
            link = tarfile.TarInfo(f'nix/var/nix/profiles/{name}')
            link.type, link.linkname = tarfile.SYMTYPE, target
            tar.addfile(link)
    size = -(-image.stat().st_size // MIB) * MIB
    with image.open('r+b') as file:
        file.truncate(size)
        file.seek(size)
        file.write(footer(size))


def footer(size: int) -> bytes:
    fields = struct.pack(
        '>8sIIQI4sI4sQQII', b'conectix', 2, 0x10000, 2**64 - 1, 0, b'test', 1, b'Wi2k', size, size, 0, 2
    )
    checksum = ~sum(fields) & 0xFFFFFFFF
    return (fields + struct.pack('>I', checksum)).ljust(512, b'\0')


if __name__ == '__main__':
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
