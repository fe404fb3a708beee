"""Block devices of an instance: the image's, changed by the request's."""

from __future__ import annotations

from typing import Any


def merged(of_image: list[dict[str, Any]], of_request: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The image's devices with the request's fields on top, then the request's own devices."""
    requested = {device["DeviceName"]: device for device in of_request}
    devices = []
    for device in of_image:
        change = requested.pop(device["DeviceName"], {})
        devices.append({**device, **change, "Ebs": {**device["Ebs"], **change.get("Ebs", {})}})
    return devices + list(requested.values())
