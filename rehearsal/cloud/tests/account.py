"""An account of the emulated AWS, with the steps that tests share."""

import contextlib
import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

REGION = "eu-central-1"
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "vmie.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:Externalid": "vmimport"}},
}
S3_ACTIONS = ["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket"]
EC2_ACTIONS = ["ec2:ModifySnapshotAttribute", "ec2:CopySnapshot", "ec2:RegisterImage", "ec2:Describe*"]


class Account:
    """Clients of one endpoint; `directory` is where its cloud keeps bytes."""

    def __init__(self, endpoint: str, directory: Path) -> None:
        self.endpoint = endpoint
        self.directory = directory
        self.s3, self.ec2, self.iam = (self._client(service) for service in ("s3", "ec2", "iam"))

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def bucket(self, **options: Any) -> str:
        name = unique("bucket")
        location = {"LocationConstraint": REGION}
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration=location, **options)
        return name

    def role(self, trust: dict[str, Any] = TRUST) -> str:
        """A role without any permission."""
        name = unique("role")
        self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy(trust)))
        return name

    def attach(self, role: str, *statements: dict[str, Any]) -> None:
        made = self.iam.create_policy(
            PolicyName=unique("policy"), PolicyDocument=json.dumps(policy(*statements))
        )
        self.iam.attach_role_policy(RoleName=role, PolicyArn=made["Policy"]["Arn"])

    def vmimport_role(self, bucket: str) -> str:
        role = self.role()
        self.attach(role, allow(S3_ACTIONS, *on_bucket(bucket)), allow(EC2_ACTIONS, "*"))
        return role

    def start_import(self, bucket: str, key: str, role: str, image_format: str = "VHD") -> str:
        source = {"S3Bucket": bucket, "S3Key": key}
        container = {"Format": image_format, "UserBucket": source}
        return self.ec2.import_snapshot(DiskContainer=container, RoleName=role)["ImportTaskId"]

    def import_result(self, task_id: str) -> dict[str, Any]:
        """The details of the task once it has ended."""
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            tasks = self.ec2.describe_import_snapshot_tasks(ImportTaskIds=[task_id])["ImportSnapshotTasks"]
            detail = tasks[0]["SnapshotTaskDetail"]
            if detail["Status"] in ("completed", "deleted"):
                return detail
            time.sleep(0.02)
        raise AssertionError(f"import {task_id} did not end: {detail}")

    def snapshot_of(self, content: bytes) -> str:
        """Upload and import an image."""
        bucket = self.bucket()
        self.s3.put_object(Bucket=bucket, Key="image.vhd", Body=content)
        detail = self.import_result(self.start_import(bucket, "image.vhd", self.vmimport_role(bucket)))
        assert detail["Status"] == "completed", detail
        return detail["SnapshotId"]

    def image(self, snapshot_id: str, **options: Any) -> str:
        """Register an image as this project does, with `options` on top."""
        parameters = {
            "Name": unique("image"),
            "Architecture": "x86_64",
            "VirtualizationType": "hvm",
            "RootDeviceName": "/dev/xvda",
            "EnaSupport": True,
            "SriovNetSupport": "simple",
            "BootMode": "legacy-bios",
            "ImdsSupport": "v2.0",
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot_id}}],
        }
        return self.ec2.register_image(**{**parameters, **options})["ImageId"]

    def run(self, image_id: str, **options: Any) -> dict[str, Any]:
        """Run one instance, and return it as DescribeInstances shows it."""
        parameters = {"InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, **options}
        made = self.ec2.run_instances(ImageId=image_id, **parameters)["Instances"][0]
        return self.instance(made["InstanceId"])

    def instance(self, instance_id: str) -> dict[str, Any]:
        found = self.ec2.describe_instances(InstanceIds=[instance_id])
        return found["Reservations"][0]["Instances"][0]

    def place(self, instance_id: str) -> Path:
        """The folder of the instance's host."""
        return self.directory / "instances" / instance_id

    def console(self, instance_id: str, lines: int = 1) -> list[str]:
        """The lines of the host's console, once there are so many."""
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            written = self.ec2.get_console_output(InstanceId=instance_id).get("Output", "").splitlines()
            if len(written) >= lines:
                return written
            time.sleep(0.02)
        raise AssertionError(f"{instance_id} wrote no {lines} lines: {written}")


def unique(kind: str) -> str:
    return f"{kind}-{uuid.uuid4().hex[:12]}"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: list[str], *resources: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}


def on_bucket(bucket: str) -> tuple[str, str]:
    return f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"


@contextlib.contextmanager
def refused(code: str, message: str) -> Iterator[None]:
    """The call inside is refused with this code and a message that has this text."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code
    assert message in error["Message"]
