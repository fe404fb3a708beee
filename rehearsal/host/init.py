"""The stand-in for the boot loader, NixOS' stage 2 and systemd: PID 1 of a host."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import base_files
import host_keys
import network
import root_filesystem
from control_socket import ControlSocket
from init_verdict import NO_BOOT, REBOOT
from journal import Journal
from machine import Machine
from manager import Manager

BOOT_DEFAULT = Path('/boot/default')
PROFILE = Path('/nix/var/nix/profiles/system')
REGISTRATION = Path('/nix-path-registration')
GC_ROOTS = Path('/nix/var/nix/gcroots')


class NoBoot(Exception):
    pass


def main(machine: Machine, cable: int) -> int:
    """Boot and run the host; the exit status says what shall follow."""
    ready = os.dup(1)
    journal = take_over_output(machine)
    try:
        root_filesystem.enter(machine)
        socket.sethostname(machine.name)
        os.read(cable, 1)  # the cable is plugged in
        os.close(cable)
        network.configure(machine)
        root_filesystem.seal_kernel_settings(str(uuid.uuid4()))
        base_files.create_missing(machine.name)
        toplevel = choose_system()
        print(f'booting {machine.name} at {machine.address}: {toplevel}', flush=True)
        start_stage_two(toplevel)
        register_first_boot(toplevel)
        print(host_keys.for_console(), flush=True)
        return asyncio.run(supervise(machine, journal, ready))
    except (NoBoot, OSError, network.NetworkError, subprocess.CalledProcessError) as error:
        print(f'boot failed: {error}', flush=True)
        return NO_BOOT


def take_over_output(machine: Machine) -> Journal:
    """Standard input is empty; output of PID 1 itself is the console."""
    os.dup2(os.open('/dev/null', os.O_RDONLY), 0, inheritable=True)
    console = os.open(machine.console, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    sys.stdout.flush()
    os.dup2(console, 1, inheritable=True)
    os.dup2(console, 2, inheritable=True)
    os.umask(0o022)
    os.environ.clear()
    os.environ.update(PATH=base_files.SEARCHED, LANG='C.UTF-8')
    return Journal(machine.journal)


def choose_system() -> Path:
    """What the boot loader would start: its default, else the system profile."""
    with contextlib.suppress(FileNotFoundError):
        default = Path(BOOT_DEFAULT.read_text().strip())
        if default.is_dir():
            return default
        raise NoBoot(f'{BOOT_DEFAULT} names {default}, which is not on this disk')
    toplevel = PROFILE.resolve()
    if not (toplevel / 'etc').is_dir():
        raise NoBoot(f'no system: neither {BOOT_DEFAULT} nor {PROFILE} leads to one')
    return toplevel


def start_stage_two(toplevel: Path) -> None:
    """Run the system's `init`, which activates it; NixOS' own would then become systemd."""
    Path('/run/systemd/system').mkdir(parents=True)  # how programs tell that systemd runs
    Path('/run/sshd').mkdir()  # Debian's sshd wants it
    done = subprocess.run([toplevel / 'init'], check=False)
    if done.returncode != 0:
        print(f'activation of {toplevel} ended with {done.returncode}', flush=True)
    GC_ROOTS.mkdir(parents=True, exist_ok=True)
    for name in ('booted-system', 'current-system'):
        root = GC_ROOTS / name
        root.unlink(missing_ok=True)
        root.symlink_to(f'/run/{name}')


def register_first_boot(toplevel: Path) -> None:
    """As NixOS' images do: let nix know the paths that came with the image, and set the profile."""
    if not REGISTRATION.exists():
        return
    with REGISTRATION.open() as registration:
        subprocess.run(['nix-store', '--load-db'], stdin=registration, check=True)
    if not PROFILE.exists():
        subprocess.run(['nix-env', '--profile', PROFILE, '--set', toplevel], check=True)
    REGISTRATION.unlink()


async def supervise(machine: Machine, journal: Journal, ready: int) -> int:
    started = time.monotonic()
    manager = Manager(journal)
    control = ControlSocket(manager)
    await manager.start_default_target()
    print(f'reached the default target in {time.monotonic() - started:.2f} s', flush=True)
    for name in manager.failed_names():
        print(f'failed: {name}', flush=True)
    with contextlib.suppress(OSError):  # nobody listens any more
        os.write(ready, f'ready {machine.name} {machine.address}\n'.encode())
    verdict = await manager.end
    print('rebooting' if verdict == REBOOT else 'powering off', flush=True)
    control.close()
    return verdict
