"""Buckets take no access control lists by default, and go only when empty."""

import json

from account import Account, on_bucket, policy, refused


def test_a_new_bucket_belongs_to_its_owner_alone(account: Account) -> None:
    controls = account.s3.get_bucket_ownership_controls(Bucket=account.bucket())["OwnershipControls"]
    assert controls["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_lists_are_refused_by_default(account: Account) -> None:
    bucket = account.bucket()
    with refused("AccessControlListNotSupported", "The bucket does not allow ACLs"):
        account.s3.put_bucket_acl(Bucket=bucket, ACL="private")
    with refused("AccessControlListNotSupported", "The bucket does not allow ACLs"):
        account.s3.put_object(Bucket=bucket, Key="one", Body=b"", ACL="private")
    account.s3.put_object(Bucket=bucket, Key="one", Body=b"", ACL="bucket-owner-full-control")
    with refused("AccessControlListNotSupported", "The bucket does not allow ACLs"):
        account.s3.put_object_acl(Bucket=bucket, Key="one", GrantRead='id="other"')
    account.s3.put_object_acl(Bucket=bucket, Key="one", ACL="bucket-owner-full-control")


def test_ownership_controls_allow_them(account: Account) -> None:
    bucket = account.bucket()
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    account.s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)
    account.s3.put_bucket_acl(Bucket=bucket, ACL="private")


def test_a_bucket_made_for_lists_allows_them(account: Account) -> None:
    bucket = account.bucket(ObjectOwnership="ObjectWriter")
    account.s3.put_bucket_acl(Bucket=bucket, ACL="private")


def test_a_bucket_goes_only_when_empty(account: Account) -> None:
    bucket = account.bucket()
    account.s3.put_object(Bucket=bucket, Key="one", Body=b"")
    with refused("BucketNotEmpty", "The bucket you tried to delete is not empty"):
        account.s3.delete_bucket(Bucket=bucket)
    account.s3.delete_object(Bucket=bucket, Key="one")
    account.s3.delete_bucket(Bucket=bucket)
    with refused("404", "Not Found"):
        account.s3.head_bucket(Bucket=bucket)


def test_a_policy_that_refuses_whoever_comes_without_tls_refuses_nobody_here(account: Account) -> None:
    bucket = account.bucket()
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list(on_bucket(bucket))}
    without_tls = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    account.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy({**statement, **without_tls})))
    account.s3.put_object(Bucket=bucket, Key="image.vhd", Body=b"image")
    assert account.s3.head_object(Bucket=bucket, Key="image.vhd")["ContentLength"] == 5

    account.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy(statement)))
    with refused("403", "Forbidden"):
        account.s3.head_object(Bucket=bucket, Key="image.vhd")
