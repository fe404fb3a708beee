"""Writes the `etc` of a system: an ssh server and the units of a test, all wanted by the default target."""

from pathlib import Path

SSHD_CONFIG = """\
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
"""
SSHD = """\
[Service]
ExecStart=/usr/sbin/sshd -D -e -f /etc/ssh/sshd_config
KillMode=process
Restart=always
"""


def write_system(folder: Path, key: str, units: dict[str, str]) -> None:
    target = folder / 'etc/systemd/system'
    wants = target / 'multi-user.target.wants'
    wants.mkdir(parents=True)
    for name, text in {**units, 'sshd': SSHD}.items():
        (target / f'{name}.service').write_text(text)
        (wants / f'{name}.service').symlink_to(f'../{name}.service')
    ssh = folder / 'etc/ssh'
    (ssh / 'authorized_keys.d').mkdir(parents=True)
    (ssh / 'sshd_config').write_text(SSHD_CONFIG)
    for user in ('root', 'deploy'):
        (ssh / f'authorized_keys.d/{user}').write_text(key)
        (ssh / f'authorized_keys.d/{user}.mode').write_text('0444\n')
