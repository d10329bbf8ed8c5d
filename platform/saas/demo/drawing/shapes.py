"""Paths on the canvas: ellipses, boxes, smooth outlines, and bodies as a potter turns them."""

from collections.abc import Sequence
from math import cos, pi, radians, sin

from saas.demo.drawing.canvas import Path, Point

STEPS = 14  # points for each stretch of a smooth line


def ellipse(x: float, y: float, wide: float, high: float, start: float = 0, end: float = 360) -> Path:
    """Return (part of) an ellipse by centre and half axes; degrees run clockwise from the right."""
    count = max(12, round(abs(end - start) / 4))
    angles = [radians(start + (end - start) * step / count) for step in range(count + 1)]
    return [(x + wide * cos(angle), y + high * sin(angle)) for angle in angles]


def box(left: float, top: float, right: float, bottom: float, radius: float = 0) -> Path:
    """Return a rectangle with round corners."""
    if not radius:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    return [point for x, y, start in corners for point in ellipse(x, y, radius, radius, start, start + 90)]


def curve(points: Sequence[Point]) -> Path:
    """Return a smooth open line through the points."""
    return _smooth([points[0], *points, points[-1]])


def outline(points: Sequence[Point]) -> Path:
    """Return a smooth closed line through the points."""
    return _smooth([points[-1], *points, points[0], points[1]])


def _smooth(knots: Sequence[Point]) -> Path:
    path: list[Point] = []
    for before, start, end, after in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        path += [
            (_between(before[0], start[0], end[0], after[0], step / STEPS),
             _between(before[1], start[1], end[1], after[1], step / STEPS))
            for step in range(STEPS)
        ]  # fmt: skip
    return [*path, knots[-2]]


def _between(before: float, start: float, end: float, after: float, part: float) -> float:
    """Return the Catmull-Rom value at `part` of the way from start to end."""
    bend = (2 * before - 5 * start + 4 * end - after) * part**2 + (3 * (start - end) + after - before) * part**3
    return start + 0.5 * ((end - before) * part + bend)


def turned(x: float, profile: Sequence[Point]) -> Path:
    """Return a body symmetrical about `x`; `profile` lists (half width, height on the canvas) from top to bottom."""
    side = curve(profile)
    return [*((x + half, y) for half, y in side), *((x - half, y) for half, y in reversed(side))]


def moved(path: Path, right: float = 0, down: float = 0) -> Path:
    """Return the path shifted."""
    return [(x + right, y + down) for x, y in path]


def rotated(path: Path, degrees: float, about: Point) -> Path:
    """Return the path turned clockwise about a point."""
    angle = degrees * pi / 180
    return [
        (
            about[0] + (x - about[0]) * cos(angle) - (y - about[1]) * sin(angle),
            about[1] + (x - about[0]) * sin(angle) + (y - about[1]) * cos(angle),
        )
        for x, y in path
    ]
