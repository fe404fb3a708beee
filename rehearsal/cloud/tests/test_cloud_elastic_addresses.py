"""Elastic addresses go from one instance to another."""

from account import Account, refused


def test_one_instance_is_given_what_another_loses(account: Account, snapshot: str) -> None:
    image = account.image(snapshot)
    old, new = account.run(image)["InstanceId"], account.run(image)["InstanceId"]
    elastic = account.ec2.allocate_address(Domain="vpc")
    assert elastic["PublicIp"].startswith("127.77.")

    allocation = elastic["AllocationId"]
    first = account.ec2.associate_address(AllocationId=allocation, InstanceId=old)
    with refused("Resource.AlreadyAssociated", elastic["PublicIp"]):
        account.ec2.associate_address(AllocationId=allocation, InstanceId=new)
    account.ec2.associate_address(AllocationId=allocation, InstanceId=new, AllowReassociation=True)
    assert account.instance(new)["PublicIpAddress"] == elastic["PublicIp"]
    assert account.instance(old)["PublicIpAddress"] != elastic["PublicIp"]
    with refused("InvalidAssociationID.NotFound", first["AssociationId"]):
        account.ec2.disassociate_address(AssociationId=first["AssociationId"])


def test_an_instance_keeps_it_when_it_was_stopped(account: Account, snapshot: str) -> None:
    instance = account.run(account.image(snapshot))["InstanceId"]
    elastic = account.ec2.allocate_address(Domain="vpc")
    account.ec2.associate_address(AllocationId=elastic["AllocationId"], InstanceId=instance)
    account.ec2.stop_instances(InstanceIds=[instance])
    account.ec2.start_instances(InstanceIds=[instance])
    assert account.instance(instance)["PublicIpAddress"] == elastic["PublicIp"]


def test_without_a_public_address_the_private_one_must_be_of_the_sandbox(
    account: Account, snapshot: str
) -> None:
    interface = {"DeviceIndex": 0, "AssociatePublicIpAddress": False}
    subnet = account.ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    with refused("UnsupportedOperation", "needs a private one of 127.77.0.0/16"):
        account.run(account.image(snapshot), NetworkInterfaces=[{**interface, "SubnetId": subnet}])
