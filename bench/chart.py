"""A line chart as SVG, readable on a light and on a dark page."""

from typing import NamedTuple

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 84, 40, 40
COLOURS = ["#1f77b4", "#d97706", "#15803d"]
GREY = "#808080"


class Line(NamedTuple):
    name: str
    points: list[tuple[float, float]]


def draw(title: str, lines: list[Line]) -> str:
    """The chart; both axes begin at 0, and each point has its value."""
    right = max(x for line in lines for x, _ in line.points)
    top = _round_up(max(y for line in lines for _, y in line.points))

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + x / right * across, HEIGHT - BOTTOM - y / top * up

    parts = [_text(LEFT, 22, title, "start", size=15)]
    for step in range(5):
        value = top * step / 4
        _, y = place(0, value)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{GREY}" stroke-opacity=".3"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{value:g}", "end"))
    for number in sorted({x for line in lines for x, _ in line.points}):
        x, y = place(number, 0)
        # Those close to the axis would be written over each other.
        if number == right or x - LEFT > 40:
            parts.append(_text(x, y + 18, f"{number:g}", "middle"))
    for line, colour in zip(lines, COLOURS, strict=False):
        places = [place(x, y) for x, y in line.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        last_x, last_y = places[-1]
        label = f"{line.name} {line.points[-1][1]:.2f}"
        parts.append(_text(last_x + 8, last_y + 4, label, "start", colour))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif">\n'
        f"<title>{title}</title>\n{body}\n</svg>\n"
    )


def _round_up(value: float) -> float:
    """The next of 1, 2, 4 and 10 times a power of ten, which four steps divide well."""
    power = 1.0
    while power > value:
        power /= 10
    while power * 10 < value:
        power *= 10
    return next(power * factor for factor in (1, 2, 4, 10) if power * factor >= value)


def _text(x: float, y: float, text: str, anchor: str, colour: str = GREY, size: int = 12) -> str:
    style = f'font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{text}</text>'
