"""Lists what is left in an AWS account: `python3 -m rehearsal.cloud.leaked_resources --endpoint URL`.

Prints a JSON array of strings, one for each thing that a destroyed project must
not leave behind; the defaults that every account has do not count. Credentials
are dummies: this is for the emulated cloud.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from typing import Any

import boto3


def leaks(endpoint: str, region: str) -> list[str]:
    """Everything left at the endpoint, as `kind name`."""

    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id="rehearsal",
            aws_secret_access_key="rehearsal",
        )

    return [*_in_s3(client("s3")), *_in_ec2(client("ec2")), *_in_iam(client("iam"))]


def _in_s3(s3: Any) -> Iterator[str]:
    for bucket in s3.list_buckets()["Buckets"]:
        yield f"bucket {bucket['Name']}"
        versions = s3.get_paginator("list_object_versions").paginate(Bucket=bucket["Name"])
        for page in versions:
            for version in page.get("Versions", []) + page.get("DeleteMarkers", []):
                yield f"object {bucket['Name']}/{version['Key']}"


def _in_ec2(ec2: Any) -> Iterator[str]:
    for reservation in ec2.describe_instances()["Reservations"]:
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] != "terminated":
                yield f"instance {instance['InstanceId']} ({instance['State']['Name']})"
    yield from _each("volume", ec2.describe_volumes()["Volumes"], "VolumeId")
    yield from _each("image", ec2.describe_images(Owners=["self"])["Images"], "ImageId")
    yield from _each("snapshot", ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"], "SnapshotId")
    groups = ec2.describe_security_groups()["SecurityGroups"]
    yield from _each("security group", (g for g in groups if g["GroupName"] != "default"), "GroupName")
    yield from _each("elastic address", ec2.describe_addresses()["Addresses"], "PublicIp")
    yield from _each("key pair", ec2.describe_key_pairs()["KeyPairs"], "KeyName")


def _in_iam(iam: Any) -> Iterator[str]:
    yield from _each("role", iam.list_roles()["Roles"], "RoleName")
    yield from _each(
        "instance profile", iam.list_instance_profiles()["InstanceProfiles"], "InstanceProfileName"
    )
    yield from _each("policy", iam.list_policies(Scope="Local")["Policies"], "PolicyName")


def _each(kind: str, found: Any, name: str) -> Iterator[str]:
    return (f"{kind} {one[name]}" for one in found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m rehearsal.cloud.leaked_resources", description=__doc__)
    parser.add_argument("--endpoint", required=True, help="URL of the emulated cloud")
    region = os.environ.get("AWS_REGION", "eu-central-1")
    parser.add_argument("--region", default=region, help="default: $AWS_REGION or eu-central-1")
    options = parser.parse_args()
    print(json.dumps(leaks(options.endpoint, options.region)))


if __name__ == "__main__":
    main()
