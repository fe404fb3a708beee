#!/usr/bin/env python3
"""A simulated NixOS host: boots what its disk holds, in namespaces of its own.

    boot.py --name NAME --address 127.77.A.B --disk DIR [--image FILE.vhd]

Runs in the foreground, as root, in a sandbox (rehearsal/isolate.sh). By hand:

    rehearsal/isolate.sh /tmp/sandbox bash
    python3 rehearsal/host/boot.py --name one --address 127.77.0.1 --disk /tmp/one --image /path/to.vhd &
    ssh -i KEY root@127.77.0.1            # once the line `ready one 127.77.0.1` is out
    curl http://127.77.0.1/
    ip link set host.0.1 down             # pull the host's cable; `up` plugs it in again
    kill %1                               # power off; the same command boots it again

The host is real where a deployment looks: PID 1 is systemd, with the units of the host's own system and
a journal; its own network with a firewall of its own, its own /nix, /etc, /run and /boot. The kernel, and
the programs in /usr (read-only), systemd among them, are this machine's.

DIR/root          the host's disk: kept when it is powered off; filled from --image when absent
DIR/metadata      optional: what EC2 would give the host, a file each, such as public-keys-0-openssh-key
DIR/console.log   what the host wrote to its console: boot messages, and its ssh host keys

On stdout, after each boot that reached its default target: `ready NAME ADDRESS`.
SIGTERM or SIGINT pulls the plug: every process on the host dies at once. So does SIGKILL.
Exit status: 0 powered off; 1 could not boot, or PID 1 died (stderr and console.log say why); 2 usage.
"""

import argparse
import os
import re
import signal
import sys
from pathlib import Path

import base_files
import disk
import metadata
import network
from console import Console
from control_group import ControlGroup
from host import Host
from namespaces import Namespaces
from readiness import Readiness

ADDRESS = re.compile(r'127\.77\.(\d{1,3})\.(\d{1,3})')
NAME = re.compile(r'[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?')


def main() -> int:
    host, image = read_arguments()
    try:
        network.check_sandbox()
        if not host.root.exists():
            disk.install(image, host)
        base_files.create_missing(host)
        metadata.fetch(host)
        return run(host)
    except (disk.BadImage, network.NetworkError, OSError) as error:
        print(f'boot: {host.name}: {error}', file=sys.stderr)
        return 1


def run(host: Host) -> int:
    """Boot, and boot again as long as the host asks for it."""
    console, group = Console(host.console), ControlGroup(host.name)
    readiness = Readiness(host, console)
    namespaces = Namespaces(host, console, readiness)

    def pull_the_plug(_signal: int, _frame: object) -> None:
        namespaces.kill()

    signal.signal(signal.SIGTERM, pull_the_plug)
    signal.signal(signal.SIGINT, pull_the_plug)
    try:
        while not namespaces.killed:
            readiness.await_boot()
            first = namespaces.make()
            if namespaces.killed:
                break
            group.admit(first)
            network.plug_in(host, first)
            namespaces.start()
            status = namespaces.wait()
            group.remove()
            # The kernel's word for the end of a PID namespace whose PID 1 called reboot(2).
            if namespaces.killed or status == -signal.SIGINT:
                return 0
            if status != -signal.SIGHUP:
                print(f'boot: {host.name}: PID 1 ended with {status}; see {host.console}', file=sys.stderr)
                return 1
        return 0
    finally:
        namespaces.end()
        console.drain()
        network.unplug(host)
        group.remove()


def read_arguments() -> tuple[Host, Path | None]:
    parser = argparse.ArgumentParser(prog='boot.py', description='Boots a simulated NixOS host.')
    parser.add_argument('--name', required=True, help='host name')
    parser.add_argument('--address', required=True, help='127.77.A.B, free in this sandbox')
    parser.add_argument('--disk', required=True, type=Path, help='directory that keeps the host')
    parser.add_argument('--image', type=Path, help='fixed VHD, unpacked when the disk is empty')
    given = parser.parse_args()
    octets = ADDRESS.fullmatch(given.address)
    if not octets or max(map(int, octets.groups())) > 255 or given.address == network.GATEWAY:
        parser.error(f'--address must be 127.77.A.B and not {network.GATEWAY}, got: {given.address}')
    if not NAME.fullmatch(given.name):
        parser.error(f'--name must be a host name of letters, digits and dashes, got: {given.name!r}')
    if os.geteuid() != 0:
        parser.error('a simulated host needs root, for its namespaces')
    given.disk.mkdir(parents=True, exist_ok=True)
    host = Host(given.name, given.address, given.disk.resolve())
    if given.image is None and not host.root.exists():
        parser.error(f'--image is needed: there is no system on {given.disk} yet')
    return host, given.image


if __name__ == '__main__':
    sys.exit(main())
