"""Images keep what they were registered with, and keep their snapshots from being deleted."""

import json
from pathlib import Path

from account import Account, refused, unique
from vhd_images import vhd_image


def described(account: Account, image_id: str) -> dict:
    return account.ec2.describe_images(ImageIds=[image_id])["Images"][0]


def test_every_attribute_is_kept(account: Account, snapshot: str) -> None:
    name = unique("image")
    image = described(
        account,
        account.image(
            snapshot,
            Name=name,
            Description="for arm",
            Architecture="arm64",
            BootMode="uefi",
            BlockDeviceMappings=[
                {
                    "DeviceName": "/dev/xvda",
                    "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3", "VolumeSize": 3},
                }
            ],
            TagSpecifications=[{"ResourceType": "image", "Tags": [{"Key": "project", "Value": "iplz"}]}],
        ),
    )
    kept = {
        "Name": name,
        "Description": "for arm",
        "Architecture": "arm64",
        "VirtualizationType": "hvm",
        "RootDeviceName": "/dev/xvda",
        "RootDeviceType": "ebs",
        "EnaSupport": True,
        "SriovNetSupport": "simple",
        "BootMode": "uefi",
        "ImdsSupport": "v2.0",
        "State": "available",
        "Tags": [{"Key": "project", "Value": "iplz"}],
    }
    assert {key: image[key] for key in kept} == kept
    assert image["BlockDeviceMappings"] == [
        {
            "DeviceName": "/dev/xvda",
            "Ebs": {
                "SnapshotId": snapshot,
                "VolumeSize": 3,
                "VolumeType": "gp3",
                "DeleteOnTermination": True,
                "Encrypted": False,
            },
        }
    ]


def test_no_snapshot_is_invented(account: Account, snapshot: str) -> None:
    before = account.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    account.image(snapshot)
    assert account.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"] == before


def test_a_name_that_is_taken(account: Account, snapshot: str) -> None:
    first = account.image(snapshot, Name="taken")
    with refused("InvalidAMIName.Duplicate", f"AMI name taken is already in use by AMI {first}"):
        account.image(snapshot, Name="taken")
    account.ec2.deregister_image(ImageId=first)
    account.image(snapshot, Name="taken")


def test_an_unknown_snapshot(account: Account) -> None:
    with refused("InvalidSnapshot.NotFound", "snap-0123456789abcdef0"):
        account.image("snap-0123456789abcdef0")


def test_an_unknown_image(account: Account) -> None:
    with refused("InvalidAMIID.NotFound", "The image id '[ami-0123456789abcdef0]' does not exist"):
        described(account, "ami-0123456789abcdef0")


def test_a_snapshot_in_use_stays(account: Account) -> None:
    snapshot_id = account.snapshot_of(vhd_image("in use"))
    bytes_of_it = account.directory / "snapshots" / f"{snapshot_id}.vhd"
    image_id = account.image(snapshot_id)
    message = f"The snapshot {snapshot_id} is currently in use by {image_id}"
    with refused("InvalidSnapshot.InUse", message):
        account.ec2.delete_snapshot(SnapshotId=snapshot_id)
    assert bytes_of_it.exists()
    account.ec2.deregister_image(ImageId=image_id)
    account.ec2.delete_snapshot(SnapshotId=snapshot_id)
    assert not bytes_of_it.exists()


def test_none_is_preloaded(account_with_nothing: tuple[Account, object], tmp_path: Path) -> None:
    account, _ = account_with_nothing
    assert json.dumps(account.ec2.describe_images()["Images"]) == "[]"
