"""The host's root: its disk, with this machine's programs and the kernel's file systems mounted into it."""

import ctypes
import os
import subprocess
from pathlib import Path

from machine import Machine

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

# Of this machine's /etc only what its programs need to run: links, the linker's cache, sudo's login rules.
BORROWED = ('etc/alternatives', 'etc/ld.so.cache', 'etc/pam.d', 'etc/security')
DEVICES = ('null', 'zero', 'full', 'random', 'urandom', 'tty')
STAND_INS = Path(__file__).resolve().parent / 'bin'

libc = ctypes.CDLL(None, use_errno=True)


def enter(machine: Machine) -> None:
    """Mount everything below `machine.root` and make it /. Needs a mount namespace of its own."""
    root = machine.root
    mount('none', Path('/'), '', MS_REC | MS_PRIVATE)
    mount(root, root, '', MS_BIND | MS_REC)
    for folder in (
        'boot',
        'etc',
        'dev',
        'nix',
        'proc',
        'root',
        'run',
        'sys',
        'tmp',
        'usr',
        'var/log',
        'var/empty',
    ):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / 'tmp').chmod(0o1777)
    (root / 'root').chmod(0o700)
    mount_programs(root)
    mount_kernel(root)
    old = root / 'run' / 'machine'
    old.mkdir()
    subprocess.run(['pivot_root', root, old], check=True)
    os.chdir('/')
    unmount(Path('/run/machine'))
    Path('/run/machine').rmdir()


def mount_programs(root: Path) -> None:
    bind_read_only(Path('/usr'), root / 'usr')
    for name in ('bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'):
        here, there = Path('/', name), root / name
        if here.is_symlink():
            there.unlink(missing_ok=True)
            there.symlink_to(here.readlink())
        elif here.is_dir():
            there.mkdir(exist_ok=True)
            bind_read_only(here, there)
    for name in BORROWED:
        here, there = Path('/', name), root / name
        if here.is_dir():
            there.mkdir(parents=True, exist_ok=True)
            bind_read_only(here, there)
        elif here.exists():
            there.touch()
            bind_read_only(here, there)
    # First on root's PATH, and in place of this machine's own where somebody names those by path.
    bind_read_only(STAND_INS, root / 'usr/local/sbin')
    for stand_in in STAND_INS.iterdir():
        covered = root / 'usr/bin' / stand_in.name
        if covered.is_file():
            bind_read_only(stand_in.resolve(), covered)


def mount_kernel(root: Path) -> None:
    mount('proc', root / 'proc', 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC)
    mount('sysfs', root / 'sys', 'sysfs', MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY)
    mount('run', root / 'run', 'tmpfs', MS_NOSUID | MS_NODEV, 'mode=755')
    mount('dev', root / 'dev', 'tmpfs', MS_NOSUID, 'mode=755')
    for name in DEVICES:
        (root / 'dev' / name).touch()
        mount(Path('/dev', name), root / 'dev' / name, '', MS_BIND)
    for folder, kind, data in (
        ('pts', 'devpts', 'newinstance,ptmxmode=666,mode=620'),
        ('shm', 'tmpfs', 'mode=1777'),
    ):
        (root / 'dev' / folder).mkdir()
        mount(folder, root / 'dev' / folder, kind, MS_NOSUID, data)
    for name, target in (
        ('ptmx', 'pts/ptmx'),
        ('fd', '/proc/self/fd'),
        ('stdin', 'fd/0'),
        ('stdout', 'fd/1'),
    ):
        (root / 'dev' / name).symlink_to(target)
    (root / 'dev/stderr').symlink_to('fd/2')


def seal_kernel_settings(boot_id: str) -> None:
    """After the pivot: give this boot its id, and keep the host's hands off the machine's kernel."""
    settings = Path('/proc/sys')
    mount(settings, settings, '', MS_BIND | MS_REC)
    identity = Path('/run/boot-id')
    identity.write_text(boot_id + '\n')
    mount(identity, settings / 'kernel/random/boot_id', '', MS_BIND)
    # The host's own network settings stay writable: they are those of its namespace.
    mount(settings / 'net', settings / 'net', '', MS_BIND)
    mount('none', settings, '', MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)


def bind_read_only(here: Path, there: Path) -> None:
    mount(here, there, '', MS_BIND | MS_REC)
    mount('none', there, '', MS_REMOUNT | MS_BIND | MS_RDONLY)


def mount(source: Path | str, target: Path, kind: str, flags: int, data: str = '') -> None:
    done = libc.mount(
        os.fsencode(source), os.fsencode(target), kind.encode(), ctypes.c_ulong(flags), data.encode()
    )
    if done != 0:
        raise OSError(
            ctypes.get_errno(), f'cannot mount {source} on {target}: {os.strerror(ctypes.get_errno())}'
        )


def unmount(target: Path) -> None:
    if libc.umount2(os.fsencode(target), MNT_DETACH) != 0:
        raise OSError(ctypes.get_errno(), f'cannot unmount {target}')
