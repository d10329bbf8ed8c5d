"""The palette that all pictures share."""

from dataclasses import dataclass

from saas.demo.drawing.canvas import Canvas, Colour, Path, mixed
from saas.demo.drawing.shapes import box, ellipse

WHITE: Colour = (255, 255, 255)
INK: Colour = (58, 52, 48)

COLOURS: dict[str, Colour] = {
    "cream": (247, 240, 226),
    "snow": (250, 249, 246),
    "sand": (226, 206, 176),
    "oat": (208, 190, 164),
    "wood": (193, 146, 100),
    "walnut": (124, 86, 60),
    "clay": (188, 108, 76),
    "terracotta": (206, 120, 88),
    "rust": (160, 76, 52),
    "red": (186, 60, 52),
    "blush": (232, 182, 170),
    "peach": (242, 190, 146),
    "apricot": (238, 164, 96),
    "mustard": (222, 172, 76),
    "lemon": (244, 212, 116),
    "olive": (134, 142, 88),
    "leaf": (112, 148, 96),
    "sage": (164, 182, 152),
    "celadon": (166, 200, 184),
    "mint": (200, 224, 208),
    "teal": (72, 124, 124),
    "sky": (172, 200, 220),
    "blue": (92, 132, 176),
    "indigo": (58, 78, 120),
    "lilac": (190, 178, 210),
    "plum": (124, 84, 112),
    "grey": (176, 176, 172),
    "slate": (96, 104, 112),
    "charcoal": (66, 66, 70),
    "black": (44, 42, 44),
}


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours of one picture: of the thing, of its details, of the wall behind it."""

    main: Colour
    accent: Colour
    wall: Colour


def light(colour: Colour, share: float = 0.25) -> Colour:
    """Return a lighter tone."""
    return mixed(colour, WHITE, share)


def dark(colour: Colour, share: float = 0.18) -> Colour:
    """Return a darker, slightly warm tone."""
    return mixed(colour, INK, share)


def setting(paint: Paint, *, table: float = 70) -> Canvas:
    """Return a canvas with wall, a pale sun and a table from height `table` down (100: none)."""
    canvas = Canvas(light(paint.wall, 0.5))
    canvas.fill(ellipse(50, 46, 37, 37), light(paint.wall, 0.72))
    if table < 100:
        canvas.fill(box(0, table, 100, 100), light(paint.wall, 0.2))
    return canvas


def ground(canvas: Canvas, x: float, y: float, half: float) -> None:
    """Put the soft shadow on which a thing stands."""
    canvas.shadow(ellipse(x + 2, y, half, half * 0.16), INK, 0.42, 1.6)


def shaded(canvas: Canvas, body: Path, colour: Colour) -> None:
    """Fill a body, its right side in shade and a band of light on the left."""
    canvas.fill(body, colour)
    left, right = min(x for x, _ in body), max(x for x, _ in body)
    top, bottom = min(y for _, y in body), max(y for _, y in body)
    wide, high = right - left, bottom - top
    with canvas.clip(body):
        canvas.fill(ellipse(left + wide * 0.34, top + high * 0.36, wide * 0.62, high * 0.95), light(colour, 0.12))
        canvas.fill(box(right - wide * 0.2, top, right, bottom), dark(colour), 0.35)
        canvas.fill(box(right - wide * 0.09, top, right, bottom), dark(colour), 0.45)
        canvas.fill(box(left + wide * 0.1, top, left + wide * 0.16, bottom), WHITE, 0.22)
