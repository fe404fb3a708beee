"""An object in S3 becomes a snapshot, or the task says why not."""

import pytest
from account import Account, refused, unique
from vhd_images import vhd_footer, vhd_image


def test_an_image_becomes_a_snapshot_of_the_same_bytes(account: Account) -> None:
    image = vhd_image("imported")
    snapshot_id = account.snapshot_of(image)
    snapshot = account.ec2.describe_snapshots(SnapshotIds=[snapshot_id])["Snapshots"][0]
    assert (snapshot["State"], snapshot["VolumeSize"]) == ("completed", 1)
    assert (account.directory / "snapshots" / f"{snapshot_id}.vhd").read_bytes() == image


def test_a_multipart_upload_becomes_whole_again(account: Account) -> None:
    body = bytes(6 << 20)
    parts = [body, vhd_footer(len(body))]
    bucket, key = account.bucket(), "image.vhd"
    upload = account.s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    done = [
        {
            "PartNumber": number,
            "ETag": account.s3.upload_part(
                Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=part
            )["ETag"],
        }
        for number, part in enumerate(parts, 1)
    ]
    account.s3.complete_multipart_upload(
        Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": done}
    )
    detail = account.import_result(account.start_import(bucket, key, account.vmimport_role(bucket)))
    assert (detail["Status"], detail["DiskImageSize"]) == ("completed", float(len(body) + 512))


def test_the_task_shows_what_was_asked(account: Account) -> None:
    bucket = account.bucket()
    account.s3.put_object(Bucket=bucket, Key="image.vhd", Body=vhd_image(""))
    task = account.ec2.import_snapshot(
        Description="the image",
        DiskContainer={"Format": "VHD", "UserBucket": {"S3Bucket": bucket, "S3Key": "image.vhd"}},
        RoleName=account.vmimport_role(bucket),
        TagSpecifications=[
            {"ResourceType": "import-snapshot-task", "Tags": [{"Key": "project", "Value": "iplz"}]}
        ],
    )
    assert task["ImportTaskId"].startswith("import-snap-")
    assert task["Tags"] == [{"Key": "project", "Value": "iplz"}]
    detail = account.import_result(task["ImportTaskId"])
    assert (detail["Description"], detail["Format"]) == ("the image", "VHD")
    assert detail["UserBucket"] == {"S3Bucket": bucket, "S3Key": "image.vhd"}
    snapshot = account.ec2.describe_snapshots(SnapshotIds=[detail["SnapshotId"]])["Snapshots"][0]
    assert snapshot["Description"] == "the image"


def test_an_encrypted_one_tells_the_accounts_own_key(account: Account) -> None:
    bucket = account.bucket()
    account.s3.put_object(Bucket=bucket, Key="image.vhd", Body=vhd_image(""))
    task = account.ec2.import_snapshot(
        DiskContainer={"Format": "VHD", "UserBucket": {"S3Bucket": bucket, "S3Key": "image.vhd"}},
        RoleName=account.vmimport_role(bucket),
        Encrypted=True,
    )
    detail = account.import_result(task["ImportTaskId"])
    snapshot = account.ec2.describe_snapshots(SnapshotIds=[detail["SnapshotId"]])["Snapshots"][0]
    assert snapshot["Encrypted"]
    assert snapshot["KmsKeyId"].startswith("arn:aws:kms:")


def test_a_missing_object(account: Account) -> None:
    bucket = account.bucket()
    detail = account.import_result(account.start_import(bucket, "none.vhd", account.vmimport_role(bucket)))
    assert detail["Status"] == "deleted"
    assert "We do not have access to the given resource. Reason 404 Not Found" in detail["StatusMessage"]


def test_a_missing_bucket(account: Account) -> None:
    bucket = unique("none")
    detail = account.import_result(account.start_import(bucket, "none.vhd", account.vmimport_role(bucket)))
    assert detail["Status"] == "deleted"
    assert "Reason 404 Not Found" in detail["StatusMessage"]


@pytest.mark.parametrize(
    ("content", "image_format", "reason"),
    [
        (bytes(1 << 20), "VHD", "Unsupported VHD File Format: footer starts with"),
        (vhd_image("")[:-1], "VHD", "Unsupported VHD File Format"),
        (vhd_image(""), "VMDK", "Unsupported specified file format"),
    ],
    ids=["no VHD", "cut short", "another format asked for"],
)
def test_no_vhd(account: Account, content: bytes, image_format: str, reason: str) -> None:
    bucket = account.bucket()
    account.s3.put_object(Bucket=bucket, Key="image.vhd", Body=content)
    before = set((account.directory / "snapshots").iterdir())
    task = account.start_import(bucket, "image.vhd", account.vmimport_role(bucket), image_format)
    detail = account.import_result(task)
    assert detail["Status"] == "deleted"
    assert detail["StatusMessage"].startswith(f"ClientError: Disk validation failed [{reason}")
    assert set((account.directory / "snapshots").iterdir()) == before


def test_an_unknown_task(account: Account) -> None:
    with refused("InvalidConversionTaskId.Malformed", "import-snap-0"):
        account.ec2.describe_import_snapshot_tasks(ImportTaskIds=["import-snap-0"])
