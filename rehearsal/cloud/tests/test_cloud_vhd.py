"""A fixed VHD is known by its footer alone."""

from pathlib import Path

import pytest
from vhd_images import vhd_footer, vhd_image

from rehearsal.cloud.vhd import NotAFixedVhd, disk_bytes

DISK = bytes(1 << 20)


def test_the_size_of_the_disk(tmp_path: Path) -> None:
    image = tmp_path / "image.vhd"
    image.write_bytes(vhd_image("hello"))
    assert disk_bytes(image) == 1 << 20


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "0 bytes long"),
        (vhd_footer(0), "512 bytes long"),
        (DISK + bytes(512), "expected b'conectix'"),
        (DISK + vhd_footer(len(DISK), disk_type=3), "disk type 3, expected 2"),
        (DISK + vhd_footer(len(DISK))[:-1] + b"x", "footer checksum"),
        (DISK[1:] + vhd_footer(len(DISK)), "the file has 1048575"),
    ],
    ids=["empty", "no disk", "no footer", "dynamic", "damaged footer", "cut short"],
)
def test_what_is_none(tmp_path: Path, content: bytes, reason: str) -> None:
    image = tmp_path / "image.vhd"
    image.write_bytes(content)
    with pytest.raises(NotAFixedVhd, match=reason):
        disk_bytes(image)
