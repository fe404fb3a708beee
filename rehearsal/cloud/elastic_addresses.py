"""Elastic addresses as EC2 has them: what one instance is given, another loses."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult

from rehearsal.cloud.base import Extension


class ElasticAddresses(Extension):
    def associate_address(self) -> ActionResult:
        before = {address.id: address.instance for address in self.ec2_backend.addresses}
        result = super().associate_address()
        for address in self.ec2_backend.addresses:
            former = before.get(address.id)
            # moto leaves it to both.
            if former is not None and former is not address.instance:
                _return_to_own_address(former)
        return result

    def start_instances(self) -> ActionResult:
        result = super().start_instances()
        for address in self.ec2_backend.addresses:
            # moto gives an instance that starts an address in its place.
            if address.eni is not None:
                address.eni.public_ip = address.public_ip
        return result


def _return_to_own_address(instance: Any) -> None:
    interface = instance.nics[0]
    interface.public_ip = None
    if instance.is_running():
        interface.check_auto_public_ip()
