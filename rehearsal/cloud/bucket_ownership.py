"""S3's ownership controls: a new bucket takes no access control lists, as since April 2023."""

from __future__ import annotations

from typing import Any

from moto.s3.exceptions import S3ClientError
from moto.s3.responses import S3Response

_ENFORCED = "BucketOwnerEnforced"


class BucketOwnership(S3Response):
    def _bucket_response_put(self, request: Any, bucket_name: str, querystring: dict[str, Any]) -> Any:
        if "acl" in querystring:
            self._require_lists(bucket_name)
        is_new = bucket_name not in self.backend.buckets
        response = super()._bucket_response_put(request, bucket_name, querystring)
        bucket = self.backend.buckets.get(bucket_name)
        if is_new and bucket is not None and bucket.ownership_rule is None:
            bucket.ownership_rule = _ENFORCED
        return response

    def _key_response_put(self, query: dict[str, Any], key_name: str) -> Any:
        # A list that gives the bucket's owner everything says what is so anyway.
        asks_for_list = "acl" in query or "x-amz-acl" in self.headers
        if asks_for_list and self.headers.get("x-amz-acl") != "bucket-owner-full-control":
            self._require_lists(self.bucket_name)
        return super()._key_response_put(query, key_name)

    def _require_lists(self, bucket_name: str) -> None:
        if self.backend.get_bucket(bucket_name).ownership_rule == _ENFORCED:
            raise S3ClientError("AccessControlListNotSupported", "The bucket does not allow ACLs")
