"""Whether policies allow an action on a resource."""

from typing import Any

import pytest

from rehearsal.cloud.iam_policies import allows

OBJECT = "arn:aws:s3:::images/iplz.vhd"


def grant(**changes: Any) -> dict[str, Any]:
    return {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECT, **changes}}


@pytest.mark.parametrize(
    ("policies", "allowed"),
    [
        ([], False),
        ([grant()], True),
        ([grant(Action="s3:getobject")], True),
        ([grant(Action=["s3:PutObject", "s3:Get*"])], True),
        ([grant(Action="s3:PutObject")], False),
        ([grant(Resource="arn:aws:s3:::images/*")], True),
        ([grant(Resource="arn:aws:s3:::images")], False),
        ([grant(Resource="arn:aws:s3:::Images/*")], False),
        ([grant(Condition={"Bool": {"aws:SecureTransport": "true"}})], False),
        ([grant(), grant(Effect="Deny")], False),
        ([grant(), grant(Effect="Deny", Resource="arn:aws:s3:::other/*")], True),
        ([grant(), grant(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})], False),
        (
            [{"Statement": [{"Effect": "Allow", "NotAction": "s3:Put*", "NotResource": "arn:aws:s3:::x"}]}],
            True,
        ),
        ([{"Statement": [{"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"}]}], False),
        (['{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'], True),
    ],
)
def test_reading_an_object(policies: list[Any], allowed: bool) -> None:
    assert allows(policies, "s3:GetObject", OBJECT) is allowed
