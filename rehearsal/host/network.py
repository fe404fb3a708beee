"""The host's cable: a veth pair between its network and a bridge in the sandbox.

The sandbox owns 127.0.0.0/8 as every Linux does; `route_localnet` and a more specific route let one
address of it live on another machine. So a host binds 0.0.0.0 for real, has its own firewall, and nothing
can leave the sandbox. It sees the sandbox as 127.77.255.254, and other hosts under their own addresses.

The sandbox's end is called host.A.B: `ip link set host.A.B down` pulls the cable, `up` plugs it in. A host
without its cable does not refuse: packets to it vanish, because its link address is fixed here. stage-1.sh
configures the host's end.
"""

import subprocess
from pathlib import Path

from host import Host

BRIDGE = 'hosts'
GATEWAY = '127.77.255.254'
SETTINGS = Path('/proc/sys/net/ipv4')


class NetworkError(Exception):
    pass


def check_sandbox() -> None:
    """NetworkError where there is a way out, so that no host ever touches a real network."""
    routes = Path('/proc/net/route').read_text().splitlines()[1:]
    ways_out = sorted({line.split()[0] for line in routes} - {BRIDGE})
    if ways_out:
        through = ', '.join(ways_out)
        raise NetworkError(
            f'this is no sandbox: there are routes through {through}. Run it by rehearsal/isolate.sh.'
        )


def cable(host: Host) -> str:
    return 'host.' + '.'.join(host.address.split('.')[2:])


def link_address(address: str) -> str:
    third, fourth = map(int, address.split('.')[2:])
    return f'02:00:7f:4d:{third:02x}:{fourth:02x}'


def plug_in(host: Host, pid: int) -> None:
    """In the sandbox: join the network of the process `pid` to the bridge under the host's address."""
    _ip(f'link add {BRIDGE} address {link_address(GATEWAY)} type bridge', may_fail=True)
    settings = SETTINGS / 'conf' / BRIDGE
    if not settings.is_dir():
        raise NetworkError('no bridge can be made here: hosts need a kernel with bridges and veth pairs')
    (settings / 'route_localnet').write_text('1')
    end, address = cable(host), link_address(host.address)
    # The kernel may still be clearing away the namespace of the boot before.
    _ip(f'link del {end}', may_fail=True)
    _ip(
        f'link set {BRIDGE} up',
        f'addr replace {GATEWAY}/32 dev {BRIDGE}',
        f'link add {end} type veth peer name eth0 address {address} netns {pid}',
        f'link set {end} master {BRIDGE} up',
        f'neigh replace {host.address} lladdr {address} nud permanent dev {BRIDGE}',
        f'route replace {host.address}/32 dev {BRIDGE} table local src {GATEWAY}',
    )


def unplug(host: Host) -> None:
    """In the sandbox: forget the host. The kernel would clear the cable away too, but in its own time."""
    _ip(
        f'link del {cable(host)}',
        f'route del {host.address}/32 dev {BRIDGE} table local',
        f'neigh del {host.address} dev {BRIDGE}',
        may_fail=True,
    )


def _ip(*commands: str, may_fail: bool = False) -> None:
    """Run `ip` commands; those that may fail are each tried."""
    done = subprocess.run(
        ['ip', *(['-force'] if may_fail else []), '-batch', '-'],
        input='\n'.join(commands),
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0 and not may_fail:
        raise NetworkError(f'ip refused: {done.stderr.strip()}; given:\n' + '\n'.join(commands))
