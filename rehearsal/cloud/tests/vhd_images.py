"""Fixed VHDs to upload: a tar archive with one file, padded, and a footer."""

import io
import tarfile
import uuid

from closure_to_vhd import FIXED_DISK, footer

_MIB = 1 << 20


def vhd_image(greeting: str) -> bytes:
    """An image whose archive holds the file `greeting` with this text."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("greeting")
        entry.size = len(greeting.encode())
        archive.addfile(entry, io.BytesIO(greeting.encode()))
    disk = packed.getvalue()
    disk += bytes(-len(disk) % _MIB)
    return disk + vhd_footer(len(disk))


def vhd_footer(disk_bytes: int, disk_type: int = FIXED_DISK) -> bytes:
    return footer(disk_bytes, uuid.UUID(int=0), disk_type)
