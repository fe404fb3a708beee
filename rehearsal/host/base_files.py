"""What a host has in /etc that its system does not bring, where its disk has none yet."""

import os
import uuid

from host import Host

SEARCHED = '/run/current-system/sw/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'
SHELL_SETTINGS = f'PATH={SEARCHED}\n'

# A `*` lets sshd accept keys; with a `!` it would take the account for locked.
FILES = {
    'passwd': (
        0o644,
        'root:x:0:0:root:/root:/bin/bash\n'
        'sshd:x:998:998:sshd:/var/empty:/usr/sbin/nologin\n'
        'messagebus:x:997:997:messagebus:/var/empty:/usr/sbin/nologin\n'
        'deploy:x:1000:1000:deploy:/home/deploy:/bin/bash\n'
        'nobody:x:65534:65534:nobody:/var/empty:/usr/sbin/nologin\n',
    ),
    'group': (
        0o644,
        'root:x:0:\nwheel:x:1:deploy\ntty:x:5:\nsshd:x:998:\nmessagebus:x:997:\ndeploy:x:1000:\nnogroup:x:65534:\n',
    ),
    'shadow': (
        0o600,
        'root:*:1::::::\nsshd:!:1::::::\nmessagebus:!:1::::::\ndeploy:*:1::::::\nnobody:!:1::::::\n',
    ),
    'nsswitch.conf': (0o644, 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n'),
    'sudoers': (
        0o440,
        f'Defaults secure_path="{SEARCHED}"\nroot ALL=(ALL:ALL) ALL\n%wheel ALL=(ALL:ALL) NOPASSWD: ALL\n',
    ),
    # Debian's bash reads the first for a command that comes by ssh, too.
    'bash.bashrc': (0o644, SHELL_SETTINGS),
    'profile': (0o644, SHELL_SETTINGS),
    # No builders and, in a sandbox, nowhere to fetch from. What counts stays as nix has it: require-sigs.
    'nix/nix.conf': (0o644, 'build-users-group =\nsandbox = false\nsubstituters =\n'),
}
# An account of the group wheel, for deployments that do not log in as root.
HOME, OWNER = 'home/deploy', 1000


def create_missing(host: Host) -> None:
    own = {
        # sudo wants to know its own host.
        'hosts': (0o644, f'127.0.0.1 localhost {host.name}\n'),
        # Without one systemd would take this for the first boot, and reset what is enabled.
        'machine-id': (0o444, f'{uuid.uuid4().hex}\n'),
    }
    for name, (mode, text) in {**FILES, **own}.items():
        path = host.root / 'etc' / name
        if path.is_symlink() or path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
    home = host.root / HOME
    if not home.exists():
        home.mkdir(parents=True, mode=0o700)
        os.chown(home, OWNER, OWNER)
