"""Pack a system's closure as a fixed VHD: python3 closure_to_vhd.py ATTRIBUTES

ATTRIBUTES is the JSON file that Nix gives to a builder with structured
attributes; of it are read `outputs.out` (the folder to make), `closure` (store
paths with their hashes, sizes and references), `toplevel` and `fileName`.

The payload is a POSIX tar with the store paths, their registration for
`nix-store --load-db` and the system profile. Zeros fill it up to a whole MiB,
and a footer as the VHD specification 1.0 lays it out ends the file. Equal
input gives equal bytes.
"""

import io
import json
import struct
import sys
import tarfile
import uuid
from pathlib import Path
from typing import Any, BinaryIO

MEBIBYTE = 1024 * 1024
SECTOR = 512
FIXED_DISK = 2
PROFILES = "nix/var/nix/profiles"


def registration(closure: list[dict[str, Any]]) -> str:
    """Path, hash, size, deriver (none), number of references, references: a line each."""
    lines: list[object] = []
    for path in closure:
        references = path["references"]
        lines += [path["path"], path["narHash"], path["narSize"], "", len(references), *references]
    return "".join(f"{line}\n" for line in lines)


def ownerless(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A file in the store has no owner and no time of its own."""
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mtime = 1
    return member


def add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = ownerless(tarfile.TarInfo(name))
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def add_link(archive: tarfile.TarFile, name: str, target: str) -> None:
    member = ownerless(tarfile.TarInfo(name))
    member.type = tarfile.SYMTYPE
    member.linkname = target
    archive.addfile(member)


def write_payload(image: BinaryIO, closure: list[dict[str, Any]], toplevel: str) -> None:
    with tarfile.open(fileobj=image, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in closure:
            archive.add(path["path"], arcname=path["path"].lstrip("/"), filter=ownerless)
        add_text(archive, "nix-path-registration", registration(closure))
        add_link(archive, f"{PROFILES}/system-1-link", toplevel)
        add_link(archive, f"{PROFILES}/system", "system-1-link")


def geometry(sectors: int) -> tuple[int, int, int]:
    """Cylinders, heads and sectors per track, by the specification's appendix."""
    sectors = min(sectors, 65535 * 16 * 255)
    if sectors >= 65535 * 16 * 63:
        return sectors // 255 // 16, 16, 255
    per_track = 17
    tracks = sectors // per_track
    heads = max((tracks + 1023) // 1024, 4)
    if tracks >= heads * 1024 or heads > 16:
        per_track, heads = 31, 16
        tracks = sectors // per_track
    if tracks >= heads * 1024:
        per_track = 63
        tracks = sectors // per_track
    return tracks // heads, heads, per_track


def footer(size: int, identity: uuid.UUID, disk_type: int = FIXED_DISK) -> bytes:
    """The 512 bytes that follow a disk of `size` bytes."""
    cylinders, heads, per_track = geometry(size // SECTOR)
    fields = struct.pack(
        ">8sIIQI4sI4sQQHBBII16sB427x",
        b"conectix",
        2,  # features: the reserved bit, always set
        0x00010000,
        0xFFFFFFFFFFFFFFFF,  # no dynamic header follows
        0,  # made at the epoch of the format: no clock gets into the image
        b"iplz",
        0x00010000,
        b"Wi2k",
        size,
        size,
        cylinders,
        heads,
        per_track,
        disk_type,
        0,
        identity.bytes,
        0,
    )
    checksum = ~sum(fields) & 0xFFFFFFFF
    return fields[:64] + struct.pack(">I", checksum) + fields[68:]


def write_image(path: Path, closure: list[dict[str, Any]], toplevel: str) -> None:
    with path.open("w+b") as image:
        write_payload(image, closure, toplevel)
        size = -(-image.tell() // MEBIBYTE) * MEBIBYTE
        image.truncate(size)
        image.seek(size)
        image.write(footer(size, uuid.uuid5(uuid.NAMESPACE_URL, toplevel)))


def main(attributes_file: str) -> None:
    attributes = json.loads(Path(attributes_file).read_text(encoding="utf-8"))
    out = Path(attributes["outputs"]["out"])
    image = out / attributes["fileName"]
    out.mkdir()
    closure = sorted(attributes["closure"], key=lambda path: path["path"])
    write_image(image, closure, attributes["toplevel"])


if __name__ == "__main__":
    main(sys.argv[1])
