"""What every extension of moto's EC2 shares."""

from __future__ import annotations

from typing import ClassVar

from moto.ec2.responses._base_response import EC2BaseResponse

from rehearsal.cloud.site import Site


class Extension(EC2BaseResponse):
    """A group of EC2 operations that also knows the site."""

    site: ClassVar[Site]
