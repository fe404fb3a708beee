"""Fixed VHDs to upload: a tar archive with one file, padded, and a footer."""

import io
import struct
import tarfile

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


def vhd_footer(disk_bytes: int, disk_type: int = 2) -> bytes:
    """A footer by the specification, with its checksum."""
    footer = bytearray(512)
    no_offset = 2**64 - 1
    fields = (b"conectix", 2, 0x10000, no_offset, 0, b"test", 0x10000, b"Wi2k", disk_bytes, disk_bytes)
    struct.pack_into(">8sIIQI4sI4sQQ", footer, 0, *fields)
    struct.pack_into(">I", footer, 60, disk_type)
    struct.pack_into(">I", footer, 64, ~sum(footer) & 0xFFFFFFFF)
    return bytes(footer)
