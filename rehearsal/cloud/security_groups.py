"""Security groups as packet filters in front of the simulated hosts.

Stateful, as at AWS: who may open a connection is filtered, answers pass. Between
the sandbox and a host both directions are filtered. Traffic between two hosts,
IPv6, prefix lists and groups as sources are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from moto.ec2.models import ec2_backends

from rehearsal.cloud.base import Extension


class SecurityGroups(Extension):
    def call_action(self) -> Any:
        response = super().call_action()
        # Any action can have started an instance, changed a rule or moved a group.
        self.site.firewall.load(ruleset(_running_instances()))
        return response


def ruleset(instances: Iterable[Any]) -> str:
    """nftables chains that let through what the instances' groups allow, and drop the rest."""
    into, out_of, chains = [], [], []
    for instance in instances:
        address = instance.public_ip
        if not address:
            continue
        groups = instance.security_groups
        into.append(f"ip daddr {address} jump to-{instance.id}")
        out_of.append(f"ip saddr {address} jump from-{instance.id}")
        ingress = [match for group in groups for match in _matches(group.ingress_rules, "saddr")]
        egress = [match for group in groups for match in _matches(group.egress_rules, "daddr")]
        chains += [_chain(f"to-{instance.id}", ingress), _chain(f"from-{instance.id}", egress)]
    return "\n".join([*chains, _hook("output", into), _hook("input", out_of)])


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


def _hook(hook: str, jumps: list[str]) -> str:
    lines = [f"chain {hook} {{", f"type filter hook {hook} priority filter; policy accept;"]
    return "\n".join([*lines, "ct state established,related accept", *jumps, "}"])
