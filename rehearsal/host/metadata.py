"""What EC2 says to an instance about itself: files here, where NixOS asks the service at 169.254.169.254."""

import shutil

from host import Host


def fetch(host: Host) -> None:
    """Put what the disk lacks below /etc/ec2-metadata, as NixOS' fetch-ec2-metadata does."""
    if not host.metadata.is_dir():
        return
    place = host.root / 'etc/ec2-metadata'
    place.mkdir(parents=True, exist_ok=True)
    for file in host.metadata.iterdir():
        if not (place / file.name).exists():
            shutil.copyfile(file, place / file.name)
