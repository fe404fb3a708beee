"""What EC2 tells a machine of itself: files here, where NixOS asks the service at 169.254.169.254."""

import shutil

from machine import Machine


def fetch(machine: Machine) -> None:
    """Put what the disk lacks below /etc/ec2-metadata, as NixOS' fetch-ec2-metadata does."""
    if not machine.metadata.is_dir():
        return
    place = machine.root / 'etc/ec2-metadata'
    place.mkdir(parents=True, exist_ok=True)
    for file in machine.metadata.iterdir():
        if not (place / file.name).exists():
            shutil.copyfile(file, place / file.name)
