"""Runs in a sandbox: tries to connect to and from an instance; prints what got through as JSON.

security_group_trial.py DIR
"""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

from account import Account
from vhd_images import vhd_image

ROOT = Path(__file__).resolve().parents[3]


def connects(address: str, port: int, source: str = "127.0.0.1") -> bool:
    try:
        with socket.create_connection((address, port), timeout=0.5, source_address=(source, 0)):
            return True
    except (TimeoutError, ConnectionRefusedError):
        return False


def rule(port: int, network: str) -> list[dict]:
    return [
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": network}]},
    ]


def try_all(account: Account) -> dict[str, bool]:
    group = account.ec2.create_security_group(GroupName="ports", Description="ports")["GroupId"]
    image = account.image(account.snapshot_of(vhd_image("")))
    instance = account.run(image, SecurityGroupIds=[group])
    host = instance["PublicIpAddress"]
    tried = {}
    # What answers here answers at every address of the sandbox, the host's among them.
    with socket.create_server(("0.0.0.0", 8080)):
        tried["without a rule"] = connects(host, 8080)
        account.ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=rule(8080, "203.0.113.7/32")
        )
        tried["from another network"] = connects(host, 8080)
        account.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule(8081, "127.0.0.0/8"))
        tried["to another port"] = connects(host, 8080)
        account.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule(8080, "127.0.0.0/8"))
        tried["allowed"] = connects(host, 8080)
        elastic = account.ec2.allocate_address(Domain="vpc")
        allocation = elastic["AllocationId"]
        tried["at an elastic address of none"] = connects(elastic["PublicIp"], 8081)
        account.ec2.associate_address(AllocationId=allocation, InstanceId=instance["InstanceId"])
        tried["at its elastic address"] = connects(elastic["PublicIp"], 8080)
        tried["at the address that it had"] = connects(host, 8080)
        account.ec2.disassociate_address(PublicIp=elastic["PublicIp"])
        tried["at an address of its own again"] = connects(
            account.instance(instance["InstanceId"])["PublicIpAddress"], 8080
        )
        tried["out by default"] = connects("127.0.0.1", 8080, source=host)
        all_out = account.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        account.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=all_out["IpPermissionsEgress"])
        tried["out without a rule"] = connects("127.0.0.1", 8080, source=host)
        account.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rule(8080, "127.0.0.0/8"))
        tried["revoked"] = connects(host, 8080)
        account.ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
        tried["at the address of none"] = connects(host, 8080)
        tried["at a private address"] = connects(private_instance(account, image)["PrivateIpAddress"], 8080)
    return tried


def private_instance(account: Account, image: str) -> dict:
    """An instance without a public address, into which all is let."""
    vpc = account.ec2.create_vpc(CidrBlock="127.77.128.0/20")["Vpc"]["VpcId"]
    subnet = account.ec2.create_subnet(VpcId=vpc, CidrBlock="127.77.128.0/24")["Subnet"]["SubnetId"]
    group = account.ec2.create_security_group(GroupName="all", Description="all", VpcId=vpc)["GroupId"]
    account.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule(8080, "127.0.0.0/8"))
    return account.run(image, SubnetId=subnet, SecurityGroupIds=[group])


def main(directory: Path) -> None:
    command = [sys.executable, "-m", "rehearsal.cloud", "--dir", str(directory)]
    command += ["--boot", str(Path(__file__).with_name("stub_host.py"))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as cloud:
        assert cloud.stdout is not None
        try:
            print(json.dumps(try_all(Account(cloud.stdout.readline().split()[1], directory))))
        finally:
            cloud.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
