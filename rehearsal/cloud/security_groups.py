"""Security groups as packet filters in front of the simulated hosts; public addresses as translations.

Stateful, as at AWS: who may open a connection is filtered, answers pass. Between
the sandbox and a host both directions are filtered. Traffic between two hosts,
IPv6, prefix lists and groups as sources are not.

The sandbox is the internet: it reaches a host at its present public address alone, and hosts
reach each other at any address that they booted at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from moto.ec2.models import ec2_backends

from rehearsal.cloud.base import Extension

# What a host sees the sandbox as: rehearsal/host/network.py.
_SANDBOX = "127.77.255.254"


class SecurityGroups(Extension):
    def call_action(self) -> Any:
        response = super().call_action()
        # Any action can have started an instance, changed a rule or moved a group or an address.
        self.site.firewall.load(self._ruleset)
        return response

    def _ruleset(self) -> str:
        placed = [(instance, self.site.hosts.address(instance.id)) for instance in _running_instances()]
        return ruleset((one, address) for one, address in placed if address)


def ruleset(instances: Iterable[tuple[Any, str]]) -> str:
    """nftables chains that let through what the instances' groups allow, and drop the rest.

    Each instance comes with the address that its host has.
    """
    into, out_of, chains, translations = [], [], [], []
    for instance, address in instances:
        public = instance.public_ip
        if public and public != address:
            translations.append(f"ip daddr {public} dnat ip to {address}")
        if public != address:
            into.append(f"ip daddr {address} ct original ip daddr {address} drop")
        groups = instance.security_groups
        into.append(f"ip daddr {address} jump to-{instance.id}")
        out_of.append(f"ip saddr {address} jump from-{instance.id}")
        ingress = [match for group in groups for match in _matches(group.ingress_rules, "saddr")]
        egress = [match for group in groups for match in _matches(group.egress_rules, "daddr")]
        chains += [_chain(f"to-{instance.id}", ingress), _chain(f"from-{instance.id}", egress)]
    answers = ["ct state established,related accept"]
    source = [f"ct status dnat snat ip to {_SANDBOX}"]
    return "\n".join(
        [
            *chains,
            _hook("translate", "nat", "output", -100, translations),
            _hook("source", "nat", "postrouting", 100, source),
            _hook("output", "filter", "output", 0, answers + into),
            _hook("input", "filter", "input", 0, answers + out_of),
        ]
    )


def _running_instances() -> Iterator[Any]:
    for regions in list(ec2_backends.values()):
        for backend in list(regions.values()):
            yield from backend.all_running_instances()


def _matches(rules: Iterable[Any], end: str) -> Iterator[str]:
    for rule in rules:
        network = rule.ip_range.get("CidrIp")
        if network is None:
            continue
        match = f"ip {end} {network}"
        if rule.ip_protocol in ("tcp", "udp"):
            match += f" {rule.ip_protocol} dport {rule.from_port}-{rule.to_port}"
        elif rule.ip_protocol != "-1":
            match += f" ip protocol {rule.ip_protocol}"
        yield f"{match} accept"


def _chain(name: str, matches: list[str]) -> str:
    return "\n".join([f"chain {name} {{", *matches, "drop", "}"])


def _hook(name: str, kind: str, hook: str, priority: int, lines: list[str]) -> str:
    start = [f"chain {name} {{", f"type {kind} hook {hook} priority {priority}; policy accept;"]
    return "\n".join([*start, *lines, "}"])
