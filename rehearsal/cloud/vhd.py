"""Checks a fixed VHD by its 512-byte footer.

Source: Microsoft, "Virtual Hard Disk Image Format Specification" 1.0: all
numbers are big-endian, the checksum is the one's complement of the sum of the
footer's bytes without the checksum itself.
"""

from __future__ import annotations

import struct
from pathlib import Path

FOOTER_BYTES = 512
_COOKIE = b"conectix"
_FIXED = 2
_CURRENT_SIZE = 48
_DISK_TYPE = 60
_CHECKSUM = 64


class NotAFixedVhd(ValueError):
    """The file is no fixed VHD; the message says what was wrong."""


def disk_bytes(path: Path) -> int:
    """The size of the disk in the fixed VHD at `path`, in bytes; raises NotAFixedVhd."""
    length = path.stat().st_size
    if length <= FOOTER_BYTES:
        raise NotAFixedVhd(f"{length} bytes long, expected a disk and a footer of {FOOTER_BYTES} bytes")
    with path.open("rb") as image:
        image.seek(-FOOTER_BYTES, 2)
        footer = image.read()

    if not footer.startswith(_COOKIE):
        raise NotAFixedVhd(f"footer starts with {footer[:8]!r}, expected {_COOKIE!r}")
    (disk_type, checksum) = struct.unpack_from(">II", footer, _DISK_TYPE)
    if disk_type != _FIXED:
        raise NotAFixedVhd(f"disk type {disk_type}, expected {_FIXED} (fixed)")
    expected = _checksum_of(footer)
    if checksum != expected:
        raise NotAFixedVhd(f"footer checksum {checksum:#010x}, expected {expected:#010x}")
    (size,) = struct.unpack_from(">Q", footer, _CURRENT_SIZE)
    if size != length - FOOTER_BYTES:
        raise NotAFixedVhd(f"footer says {size} bytes of disk, the file has {length - FOOTER_BYTES}")
    return size


def _checksum_of(footer: bytes) -> int:
    return ~(sum(footer) - sum(footer[_CHECKSUM : _CHECKSUM + 4])) & 0xFFFFFFFF
