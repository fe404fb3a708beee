"""Bucket policies that ask for TLS: the emulated cloud's plain endpoint stands for one that has it.

moto reads no conditions, and would take a statement about requests without TLS for one about all.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from rehearsal.cloud.iam_policies import statements

_WITHOUT_TLS = {"Bool": {"aws:SecureTransport": "false"}}


def permission(bucket: FakeBucket, action: str, resource: str) -> Any:
    """What the bucket's policy says of an action of somebody who came by TLS."""
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    applicable = [
        each for each in statements(bucket.policy.decode()) if each.get("Condition") != _WITHOUT_TLS
    ]
    return IAMPolicy(json.dumps({"Statement": applicable})).is_action_permitted(action, resource)
