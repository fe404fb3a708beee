"""What is left is listed, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

from account import REGION, Account, unique
from vhd_images import vhd_image

ROOT = Path(__file__).resolve().parents[3]


def leaks(account: Account) -> list[str]:
    command = [sys.executable, "-m", "rehearsal.cloud.leaked_resources"]
    command += ["--endpoint", account.endpoint, "--region", REGION]
    return json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)


def test_a_fresh_account_has_none(account_with_nothing: tuple[Account, object]) -> None:
    assert leaks(account_with_nothing[0]) == []


def test_each_kind_is_listed_until_it_goes(account_with_nothing: tuple[Account, object]) -> None:
    account, _ = account_with_nothing
    snapshot = account.snapshot_of(vhd_image(""))
    image = account.image(snapshot)
    instance = account.run(image)
    instance_id = instance["InstanceId"]
    volume = instance["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    account.ec2.create_key_pair(KeyName="key")
    account.iam.create_instance_profile(InstanceProfileName="profile")
    address = account.ec2.allocate_address(Domain="vpc")["AllocationId"]
    group = account.ec2.create_security_group(GroupName=unique("group"), Description="ports")["GroupId"]

    left = leaks(account)
    kinds = [line.rsplit(" ", 1)[0] for line in left if not line.startswith("instance i-")]
    assert kinds == [
        "bucket",
        "object",
        "volume",
        "image",
        "snapshot",
        "security group",
        "elastic address",
        "key pair",
        "role",
        "instance profile",
        "policy",
    ]
    assert f"instance {instance_id} (running)" in left
    assert {f"image {image}", f"snapshot {snapshot}", f"volume {volume}", "key pair key"} < set(left)

    account.ec2.terminate_instances(InstanceIds=[instance_id])
    account.ec2.deregister_image(ImageId=image)
    account.ec2.delete_snapshot(SnapshotId=snapshot)
    account.ec2.delete_key_pair(KeyName="key")
    account.ec2.release_address(AllocationId=address)
    account.iam.delete_instance_profile(InstanceProfileName="profile")
    account.ec2.delete_security_group(GroupId=group)
    assert [line.split()[0] for line in leaks(account)] == ["bucket", "object", "role", "policy"]
