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
    except TimeoutError:
        return False


def rule(port: int, network: str) -> list[dict]:
    return [
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": network}]},
    ]


def try_all(account: Account) -> dict[str, bool]:
    group = account.ec2.create_security_group(GroupName="ports", Description="ports")["GroupId"]
    instance = account.run(account.image(account.snapshot_of(vhd_image(""))), SecurityGroupIds=[group])
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
        tried["out by default"] = connects("127.0.0.1", 8080, source=host)
        all_out = account.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        account.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=all_out["IpPermissionsEgress"])
        tried["out without a rule"] = connects("127.0.0.1", 8080, source=host)
        account.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rule(8080, "127.0.0.0/8"))
        tried["revoked"] = connects(host, 8080)
        account.ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
        tried["at the address of none"] = connects(host, 8080)
    return tried


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
