"""Reads IAM policy documents: does a set of them allow an action on a resource?

Understands Effect, Action, NotAction, Resource and NotResource with `*` and `?`,
and lets a Deny win. A statement with a Condition grants nothing: what it asks
for is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

Statement = dict[str, Any]


def statements(document: str | dict[str, Any]) -> list[Statement]:
    """The statements of a policy document, which may be JSON text."""
    parsed = json.loads(document) if isinstance(document, str) else document
    found = parsed.get("Statement", [])
    return found if isinstance(found, list) else [found]


def allows(policies: Iterable[str | dict[str, Any]], action: str, resource: str) -> bool:
    """Whether the policies together allow `action` on `resource`."""
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in statements(policy)
        if _applies(statement, action, resource)
    }
    return effects == {"Allow"}


def as_list(value: Any) -> list[Any]:
    """IAM lets one value stand for a list of one."""
    return value if isinstance(value, list) else [value]


def _applies(statement: Statement, action: str, resource: str) -> bool:
    if "Condition" in statement and statement["Effect"] == "Allow":
        return False
    return _listed(statement, "Action", action.lower(), str.lower) and _listed(
        statement, "Resource", resource, str
    )


def _listed(statement: Statement, element: str, value: str, fold: Any) -> bool:
    if f"Not{element}" in statement:
        patterns = as_list(statement[f"Not{element}"])
        return not any(fnmatchcase(value, fold(pattern)) for pattern in patterns)
    return any(fnmatchcase(value, fold(pattern)) for pattern in as_list(statement.get(element, [])))
