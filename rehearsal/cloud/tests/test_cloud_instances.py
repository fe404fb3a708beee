"""An instance is a host that boots what its image's snapshot holds."""

import signal
import subprocess
import time
from pathlib import Path

import pytest
from account import Account, refused
from vhd_images import vhd_image


@pytest.fixture
def image(account: Account, snapshot: str) -> str:
    return account.image(snapshot)


def host_runs(instance_id: str) -> bool:
    """Whether a process has the instance's name among its arguments."""
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if instance_id.encode() in arguments.read_bytes().split(b"\0"):
                return True
        except (FileNotFoundError, ProcessLookupError):
            continue
    return False


def test_it_boots_the_snapshots_image_at_a_loopback_address(account: Account, image: str) -> None:
    instance = account.run(image)
    address = instance["PublicIpAddress"]
    assert address.startswith("127.77.")
    assert instance["State"]["Name"] == "running"
    assert account.console(instance["InstanceId"]) == [f"{instance['InstanceId']} at {address}: hello"]


def test_two_have_two_addresses(account: Account, image: str) -> None:
    first, second = account.run(image), account.run(image)
    assert first["PublicIpAddress"] != second["PublicIpAddress"]


def test_it_boots_though_image_and_snapshot_go_at_once(account: Account) -> None:
    snapshot_id = account.snapshot_of(vhd_image("still here"))
    image_id = account.image(snapshot_id)
    instance = account.run(image_id)
    account.ec2.deregister_image(ImageId=image_id)
    account.ec2.delete_snapshot(SnapshotId=snapshot_id)
    assert "still here" in account.console(instance["InstanceId"])[0]


def test_terminating_ends_the_host_and_frees_its_disk(account: Account, image: str) -> None:
    instance_id = account.run(image)["InstanceId"]
    account.console(instance_id)
    assert host_runs(instance_id)
    account.ec2.terminate_instances(InstanceIds=[instance_id])
    assert account.instance(instance_id)["State"]["Name"] == "terminated"
    assert not host_runs(instance_id)
    assert not account.place(instance_id).exists()
    volumes = account.ec2.describe_volumes()["Volumes"]
    assert instance_id not in [a["InstanceId"] for volume in volumes for a in volume["Attachments"]]


def test_stopped_and_started_it_has_its_disk_and_another_address(account: Account, image: str) -> None:
    before = account.run(image)
    instance_id = before["InstanceId"]
    account.console(instance_id)
    account.ec2.stop_instances(InstanceIds=[instance_id])
    stopped = account.instance(instance_id)
    assert stopped["State"]["Name"] == "stopped"
    assert "PublicIpAddress" not in stopped
    assert ["Association" in interface for interface in stopped["NetworkInterfaces"]] == [False]
    assert not host_runs(instance_id)
    account.ec2.start_instances(InstanceIds=[instance_id])
    after = account.instance(instance_id)
    assert after["State"]["Name"] == "running"
    assert after["PublicIpAddress"] != before["PublicIpAddress"]
    assert after["PublicIpAddress"] in account.console(instance_id, lines=2)[1]


def test_starting_a_running_one_changes_nothing(account: Account, image: str) -> None:
    instance_id = account.run(image)["InstanceId"]
    account.console(instance_id)
    account.ec2.start_instances(InstanceIds=[instance_id])
    account.ec2.terminate_instances(InstanceIds=[instance_id])
    assert not host_runs(instance_id)


def test_rebooted_it_keeps_disk_and_address(account: Account, image: str) -> None:
    instance = account.run(image)
    first = account.console(instance["InstanceId"])[0]
    account.ec2.reboot_instances(InstanceIds=[instance["InstanceId"]])
    assert account.console(instance["InstanceId"], lines=2) == [first, first]


@pytest.mark.parametrize(("behavior", "state"), [("stop", "stopped"), ("terminate", "terminated")])
def test_a_host_that_switches_itself_off(account: Account, image: str, behavior: str, state: str) -> None:
    instance_id = account.run(image, InstanceInitiatedShutdownBehavior=behavior)["InstanceId"]
    account.console(instance_id)
    (account.place(instance_id) / "disk" / "shutdown").write_text("")
    deadline = time.monotonic() + 300
    while account.instance(instance_id)["State"]["Name"] == "running" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert account.instance(instance_id)["State"]["Name"] == state


def test_the_request_changes_the_images_root_disk(account: Account, image: str, snapshot: str) -> None:
    root = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp3", "Encrypted": True}}
    instance = account.run(image, BlockDeviceMappings=[root])
    [device] = instance["BlockDeviceMappings"]
    assert device["DeviceName"] == "/dev/xvda"
    [volume] = account.ec2.describe_volumes(VolumeIds=[device["Ebs"]["VolumeId"]])["Volumes"]
    assert (volume["SnapshotId"], volume["VolumeType"]) == (snapshot, "gp3")
    assert (volume["Encrypted"], volume["Size"]) == (True, 1)


def test_a_volume_grows_and_does_not_shrink(account: Account, image: str) -> None:
    [device] = account.run(image)["BlockDeviceMappings"]
    volume = device["Ebs"]["VolumeId"]
    account.ec2.modify_volume(VolumeId=volume, Size=3)
    with refused("InvalidParameterValue", "New size cannot be smaller than existing size"):
        account.ec2.modify_volume(VolumeId=volume, Size=2)
    assert account.ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["Size"] == 3


def test_an_unknown_image(account: Account) -> None:
    with refused("InvalidAMIID.NotFound", "The image id '[ami-0123456789abcdef0]' does not exist"):
        account.run("ami-0123456789abcdef0")


def test_a_deregistered_image(account: Account, image: str) -> None:
    account.ec2.deregister_image(ImageId=image)
    with refused("InvalidAMIID.Unavailable", image):
        account.run(image)


def test_another_architecture(account: Account, image: str) -> None:
    message = (
        "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64'"
        " of the specified AMI."
    )
    with refused("InvalidParameterValue", message):
        account.run(image, InstanceType="t4g.micro")


def test_a_nitro_type_without_ena(account: Account, snapshot: str) -> None:
    image_id = account.image(snapshot, EnaSupport=False)
    with refused("InvalidParameterCombination", "(ENA) is required for the 't3.micro' instance type"):
        account.run(image_id)
    account.run(image_id, InstanceType="t2.micro")


def test_an_unknown_type(account: Account, image: str) -> None:
    with refused("InvalidParameterValue", "Invalid value 't9.micro' for InstanceType."):
        account.run(image, InstanceType="t9.micro")


def test_an_unknown_key_pair(account: Account, image: str) -> None:
    with refused("InvalidKeyPair.NotFound", "absent"):
        account.run(image, KeyName="absent")


def test_a_root_disk_too_small_for_the_image(account: Account, snapshot: str) -> None:
    three_gib = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeSize": 3}}
    image_id = account.image(snapshot, BlockDeviceMappings=[three_gib])
    too_small = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 0}}
    with refused("InvalidBlockDeviceMapping", "Volume of size 0GB is smaller than snapshot"):
        account.run(image_id, BlockDeviceMappings=[too_small])


def test_an_image_without_imported_root(account: Account, snapshot: str) -> None:
    image_id = account.image(snapshot, RootDeviceName="/dev/sda1")
    with refused("UnsupportedOperation", "has no root device (/dev/sda1) whose snapshot was imported"):
        account.run(image_id)


def test_a_cloud_that_is_told_to_end_powers_off_its_hosts(
    account_with_nothing: tuple[Account, subprocess.Popen[str]],
) -> None:
    account, cloud = account_with_nothing
    instance_id = account.run(account.image(account.snapshot_of(vhd_image(""))))["InstanceId"]
    account.console(instance_id)
    cloud.send_signal(signal.SIGTERM)
    assert cloud.wait(300) == 0
    assert not host_runs(instance_id)
