"""AMIs of NixOS' account: offered from files, booted with the key of the account that runs them."""

import os
from pathlib import Path

from account import Account, refused, unique
from vhd_images import vhd_image

NIXOS = "427812963091"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH8f5q1B2gxdk9SCEtVOxd5HeEw6n0SGq0uWq0wqVd1k test"


def offer(account: Account, name: str, greeting: str, age: int = 0) -> None:
    """Put an image of so many seconds into the registry, whole at once."""
    unfinished = account.directory / "unfinished.vhd"
    unfinished.write_bytes(vhd_image(greeting))
    modified = unfinished.stat().st_mtime - age
    os.utime(unfinished, (modified, modified))
    place = account.directory / "registry" / f"{name}.vhd"
    place.parent.mkdir(exist_ok=True)
    unfinished.rename(place)


def found(account: Account, name: str, architecture: str = "x86_64") -> list[dict]:
    filters = [
        {"Name": "name", "Values": [name]},
        {"Name": "architecture", "Values": [architecture]},
    ]
    images = account.ec2.describe_images(Owners=[NIXOS], Filters=filters)["Images"]
    return sorted(images, key=lambda image: image["CreationDate"])


def release() -> str:
    """A part of the registry of the test's own."""
    return f"nixos/{unique('release')}"


def test_what_is_offered_while_the_cloud_runs(account: Account) -> None:
    name = release()
    assert found(account, f"{name}*") == []
    offer(account, f"{name}.1-x86_64-linux", "old", age=60)
    offer(account, f"{name}.2-x86_64-linux", "new")
    offer(account, f"{name}.2-aarch64-linux", "arm")
    assert [image["Name"][len(name) :] for image in found(account, f"{name}*")] == [
        ".1-x86_64-linux",
        ".2-x86_64-linux",
    ]
    (arm,) = found(account, f"{name}*", "arm64")
    assert (arm["OwnerId"], arm["Public"], arm["BootMode"]) == (NIXOS, True, "uefi")


def test_an_image_of_others_is_none_of_the_accounts_own(account: Account) -> None:
    name = release()
    offer(account, f"{name}.1-x86_64-linux", "hello")
    (image,) = found(account, f"{name}*")
    snapshot = image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    own = account.ec2.describe_images(Owners=["self"])["Images"]
    assert image["ImageId"] not in [each["ImageId"] for each in own]
    snapshots = account.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    assert snapshot not in [each["SnapshotId"] for each in snapshots]


def test_it_boots_what_is_in_its_file(account: Account) -> None:
    name = release()
    offer(account, f"{name}.1-x86_64-linux", "official")
    (image,) = found(account, f"{name}*")
    instance = account.run(image["ImageId"])["InstanceId"]
    assert account.console(instance)[0].endswith(": official")
    assert not told_key(account, instance).exists()


def test_a_host_is_told_the_key_that_it_was_run_with(account: Account, snapshot: str) -> None:
    name = unique("key")
    account.ec2.import_key_pair(KeyName=name, PublicKeyMaterial=KEY.encode())
    instance = account.run(account.image(snapshot), KeyName=name)["InstanceId"]
    assert told_key(account, instance).read_text() == KEY


def test_an_unknown_key(account: Account, snapshot: str) -> None:
    with refused("InvalidKeyPair.NotFound", "no-such-key"):
        account.run(account.image(snapshot), KeyName="no-such-key")


def told_key(account: Account, instance_id: str) -> Path:
    return account.place(instance_id) / "disk/metadata/public-keys-0-openssh-key"
