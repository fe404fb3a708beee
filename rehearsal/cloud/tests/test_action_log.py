import pytest
from account import Account
from botocore.exceptions import ClientError


def test_what_was_done_and_what_was_refused(account: Account) -> None:
    group = account.ec2.create_security_group(GroupName="twice", Description="twice")["GroupId"]
    rule = [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "IpRanges": [{"CidrIp": "127.0.0.0/8"}]}]
    account.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule)
    with pytest.raises(ClientError):
        account.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule)
    lines = (account.directory / "ec2.log").read_text().splitlines()
    actions = [line.split(" ", 2)[2] for line in lines if "AuthorizeSecurityGroupIngress" in line]
    assert actions[-2:] == [
        "AuthorizeSecurityGroupIngress (attempt=1; max=3): done",
        "AuthorizeSecurityGroupIngress (attempt=1; max=3): refused: InvalidPermission.Duplicate",
    ]
