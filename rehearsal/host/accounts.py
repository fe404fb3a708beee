"""The accounts of a host, where its disk has none yet."""

from pathlib import Path

# A `*` lets sshd accept keys; with a `!` it would take the account for locked.
FILES = {
    'passwd': (
        0o644,
        'root:x:0:0:root:/root:/bin/bash\n'
        'sshd:x:998:998:sshd:/var/empty:/usr/sbin/nologin\n'
        'deploy:x:1000:1000:deploy:/home/deploy:/bin/bash\n'
        'nobody:x:65534:65534:nobody:/var/empty:/usr/sbin/nologin\n',
    ),
    'group': (0o644, 'root:x:0:\nwheel:x:1:deploy\ntty:x:5:\nsshd:x:998:\ndeploy:x:1000:\nnogroup:x:65534:\n'),
    'shadow': (0o600, 'root:*:1::::::\nsshd:!:1::::::\ndeploy:*:1::::::\nnobody:!:1::::::\n'),
    'nsswitch.conf': (0o644, 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n'),
    'hosts': (0o644, '127.0.0.1 localhost\n'),
    'sudoers': (0o440, 'root ALL=(ALL:ALL) ALL\n%wheel ALL=(ALL:ALL) NOPASSWD: ALL\n'),
    # A host has no builders and, on an island, nowhere to fetch from; what counts, require-sigs, is nix' default.
    'nix/nix.conf': (0o644, 'build-users-group =\nsandbox = false\nsubstituters =\n'),
}


def create_missing() -> None:
    for name, (mode, text) in FILES.items():
        path = Path('/etc', name)
        if path.is_symlink() or path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
