#!/usr/bin/python3 -IBS
"""Makes this system the default of the boot loader, with an entry for each generation of the profile.

As on NixOS, kernels are copied to /boot, equal ones once, before those are removed that no generation
needs any more. /boot has room for so many bytes of them.

/boot/default          toplevel that the next boot takes
/boot/entries/NUMBER   toplevel of a generation
/boot/kernels/NAME     a kernel or an initrd
/boot/grub/grub.cfg    the default as NixOS has GRUB write it, for those who look; nothing boots by it
"""

import errno
import hashlib
import os
import re
import sys
from pathlib import Path

TOPLEVEL = Path('@toplevel@')
BOOT = Path('/boot')
PROFILES = Path('/nix/var/nix/profiles')
ROOM = 8 << 20
GRUB = 'menuentry "NixOS - Default" {{\n  linux ($drive1)/kernels/kernel init={}/init\n}}\n'


def main() -> int:
    try:
        generations = {
            found[1]: link.readlink()
            for link in PROFILES.iterdir()
            if (found := re.fullmatch(r'system-(\d+)-link', link.name))
        }
        kernels = {name for system in {TOPLEVEL, *generations.values()} for name in copy_kernels(system)}
        for number, system in generations.items():
            write(BOOT / 'entries' / number, f'{system}\n')
        write(BOOT / 'default', f'{TOPLEVEL}\n')
        write(BOOT / 'grub/grub.cfg', GRUB.format(TOPLEVEL))
    except OSError as error:
        print(f'install-boot-loader: {error}', file=sys.stderr)
        return 1
    for kept, folder in ((generations, 'entries'), (kernels, 'kernels')):
        for file in (BOOT / folder).iterdir():
            if file.name not in kept:
                file.unlink()
    return 0


def copy_kernels(system: Path) -> list[str]:
    names = []
    for part in ('kernel', 'initrd'):
        content = (system / part).read_bytes()
        name = f'{hashlib.sha256(content).hexdigest()[:32]}-{part}'
        file = BOOT / 'kernels' / name
        if not file.exists():
            used = sum(other.stat().st_size for other in (BOOT / 'kernels').glob('*'))
            if used + len(content) > ROOM:
                raise OSError(errno.ENOSPC, f'{os.strerror(errno.ENOSPC)}: {file}')
            write(file, content)
        names.append(name)
    return names


def write(file: Path, content: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(file.name + '.tmp')
    temporary.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.replace(temporary, file)


if __name__ == '__main__':
    sys.exit(main())
