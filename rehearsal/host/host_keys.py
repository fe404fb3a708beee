"""The host's ssh identity: made once, kept on its disk, told on the console."""

import subprocess
from pathlib import Path

KEY = Path('/etc/ssh/ssh_host_ed25519_key')


def for_console() -> str:
    """The keys and fingerprints in the form in which NixOS' Amazon image prints them."""
    public = KEY.with_name(KEY.name + '.pub')
    if not KEY.exists():
        KEY.parent.mkdir(parents=True, exist_ok=True)
        ssh_keygen('-q', '-t', 'ed25519', '-N', '', '-C', 'root@host', '-f', str(KEY))
    fingerprint = ssh_keygen('-l', '-f', str(public))
    return (
        '-----BEGIN SSH HOST KEY FINGERPRINTS-----\n'
        f'{fingerprint.strip()}\n'
        '-----END SSH HOST KEY FINGERPRINTS-----\n'
        '-----BEGIN SSH HOST KEY KEYS-----\n'
        f'{public.read_text().strip()}\n'
        '-----END SSH HOST KEY KEYS-----'
    )


def ssh_keygen(*words: str) -> str:
    return subprocess.run(['ssh-keygen', *words], check=True, capture_output=True, text=True).stdout
