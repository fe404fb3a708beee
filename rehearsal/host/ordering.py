"""Which services wait for which when several start at once."""

from unit_file import Unit


def order_of(units: list[Unit]) -> dict[str, set[str]]:
    """By name, those of the others that After= and Before= put first. A cycle is cut, as systemd cuts it."""
    order: dict[str, set[str]] = {unit.name: set() for unit in units}

    def waits(name: str, other: str) -> bool:
        return other in order[name] or any(waits(between, other) for between in order[name])

    def put(first: str, then: str) -> None:
        if first != then and first in order and then in order and not waits(first, then):
            order[then].add(first)

    for unit in units:
        for other in unit.names('After'):
            put(other, unit.name)
        for other in unit.names('Before'):
            put(unit.name, other)
    return order
