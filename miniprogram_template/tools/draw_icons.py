"""Draw the icons and the two drawings of the mini-program: plain lines in the colours of app/styles/tokens.wxss.

Run it again after a change of the tokens: `python3 tools/draw_icons.py` (needs Pillow). The pictures are committed.
"""

import re
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).resolve().parent.parent / "app"
OUT = HERE / "images"
GRID = 24  # all shapes are told on a square of 24
FINE = 8  # drawn so much larger and made smaller, for smooth edges
MOST_BYTES = 6 * 1024

Point = tuple[float, float]


def tokens() -> dict[str, str]:
    """Return name → colour of the tokens that are plain colours."""
    text = (HERE / "styles" / "tokens.wxss").read_text("utf-8")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))


class Pen:
    """Draws lines of one width with round ends; what is filled gets the soft colour."""

    def __init__(self, size: int, colour: str, soft: str = "", width: float = 1.6) -> None:
        self.size = size
        self.unit = size * FINE / GRID
        self.colour, self.soft = colour, soft
        self.width = max(1, round(width * self.unit))
        self.image = Image.new("RGBA", (size * FINE, size * FINE), (255, 255, 255, 0))
        self.draw = ImageDraw.Draw(self.image)

    def _at(self, points: list[Point]) -> list[Point]:
        return [(x * self.unit, y * self.unit) for x, y in points]

    def line(self, *points: Point, closed: bool = False, filled: bool = False) -> None:
        """A line through the points."""
        path = self._at([*points, points[0]] if closed else list(points))
        if filled and self.soft:
            self.draw.polygon(path, fill=self.soft)
        self.draw.line(path, fill=self.colour, width=self.width, joint="curve")
        for point in path:
            self._dot(point)

    def _dot(self, point: Point) -> None:
        x, y = point
        reach = self.width / 2 - 0.5
        self.draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=self.colour)

    def arc(self, x: float, y: float, radius: float, start: float, end: float, *, filled: bool = False) -> None:
        """A part of a circle, by degrees clockwise from three o'clock."""
        steps = max(8, int(abs(end - start) / 6))
        turn = [(start + (end - start) * step / steps) * pi / 180 for step in range(steps + 1)]
        self.line(*[(x + radius * cos(angle), y + radius * sin(angle)) for angle in turn], filled=filled)

    def circle(self, x: float, y: float, radius: float, *, filled: bool = False) -> None:
        """A whole circle."""
        self.arc(x, y, radius, 0, 360, filled=filled)

    def box(
        self, x: float, y: float, width: float, height: float, *, round_by: float = 2, filled: bool = False
    ) -> None:
        """A box with round corners."""
        corners = [(x + round_by, y + round_by, 180), (x + width - round_by, y + round_by, 270)]
        corners += [(x + width - round_by, y + height - round_by, 0), (x + round_by, y + height - round_by, 90)]
        path: list[Point] = []
        for cx, cy, start in corners:
            for step in range(7):
                angle = (start + step * 15) * pi / 180
                path.append((cx + round_by * cos(angle), cy + round_by * sin(angle)))
        self.line(*path, closed=True, filled=filled)

    def dot(self, x: float, y: float, radius: float) -> None:
        """A filled dot in the line's colour."""
        reach = radius * self.unit
        self.draw.ellipse(
            (x * self.unit - reach, y * self.unit - reach, x * self.unit + reach, y * self.unit + reach),
            fill=self.colour,
        )

    def save(self, name: str) -> None:
        """Write the picture with few colours; too large a file is a mistake in this script."""
        small = self.image.resize((self.size, self.size), Image.Resampling.LANCZOS)
        small.quantize(48, method=Image.Quantize.FASTOCTREE).save(OUT / f"{name}.png", optimize=True)
        size = (OUT / f"{name}.png").stat().st_size
        if size >= MOST_BYTES:
            raise SystemExit(f"{name}.png has {size} bytes")


def home(pen: Pen) -> None:
    pen.line((4, 11), (12, 4), (20, 11), (20, 20), (4, 20), closed=True, filled=True)
    pen.line((9.5, 20), (9.5, 14), (14.5, 14), (14.5, 20))


def category(pen: Pen) -> None:
    for x, y in ((4, 4), (13.5, 4), (4, 13.5)):
        pen.box(x, y, 6.5, 6.5, round_by=1.5, filled=True)
    pen.circle(16.75, 16.75, 3.4, filled=True)


def cart(pen: Pen) -> None:
    pen.line((2.5, 4), (5.5, 4), (8, 15.5), (18.5, 15.5), (20.8, 7), (6.2, 7), filled=False)
    if pen.soft:
        pen.line((6.2, 7), (20.8, 7), (18.5, 15.5), (8, 15.5), closed=True, filled=True)
    pen.dot(9.5, 19.3, 1.5)
    pen.dot(17, 19.3, 1.5)


def me(pen: Pen) -> None:
    pen.circle(12, 8, 4, filled=True)
    pen.arc(12, 21, 8, 180, 360, filled=True)
    pen.line((4, 21), (20, 21))


def wallet(pen: Pen) -> None:
    pen.box(3, 6, 18, 13, round_by=2)
    pen.line((3, 10), (21, 10))
    pen.line((15.5, 14.7), (17.5, 14.7))


def parcel(pen: Pen) -> None:
    pen.line((12, 3), (20, 7.3), (20, 16.7), (12, 21), (4, 16.7), (4, 7.3), closed=True)
    pen.line((4, 7.3), (12, 11.7), (20, 7.3))
    pen.line((12, 11.7), (12, 21))


def truck(pen: Pen) -> None:
    pen.line((2.5, 6), (14, 6), (14, 16.5), (2.5, 16.5), closed=True)
    pen.line((14, 9.5), (18.2, 9.5), (21.5, 13), (21.5, 16.5), (14, 16.5))
    pen.dot(7, 18, 2)
    pen.dot(17.5, 18, 2)


def speech(pen: Pen) -> None:
    pen.line((4, 5), (20, 5), (20, 16.5), (12.5, 16.5), (8, 20.5), (8, 16.5), (4, 16.5), closed=True)
    pen.line((8, 9), (16, 9))
    pen.line((8, 12.5), (13, 12.5))


def give_back(pen: Pen) -> None:
    pen.arc(12, 12.5, 8, -60, 215)
    pen.line((2.6, 6.6), (5.1, 8.4), (7.6, 6))
    pen.line((9, 8.5), (12, 12), (15, 8.5))
    pen.line((12, 12), (12, 17))
    pen.line((9.3, 13.2), (14.7, 13.2))


def heart(pen: Pen) -> None:
    left = [(12 - 4.4 + 4.4 * cos(a * pi / 180), 8.9 + 4.4 * sin(a * pi / 180)) for a in range(0, -221, -12)]
    right = [(24 - x, y) for x, y in reversed(left)]
    pen.line(*left, (12, 20), *right)


def footprint(pen: Pen) -> None:
    pen.circle(12, 12, 8.6)
    pen.line((12, 7), (12, 12), (15.6, 14.2))


def pin(pen: Pen) -> None:
    pen.arc(12, 10, 6.6, 150, 390)
    pen.line((6.3, 13.3), (12, 21), (17.7, 13.3))
    pen.circle(12, 10, 2.3)


def star(pen: Pen) -> None:
    points = []
    for step in range(10):
        radius = 9 if step % 2 == 0 else 3.9
        angle = (step * 36 - 90) * pi / 180
        points.append((12 + radius * cos(angle), 12.4 + radius * sin(angle)))
    pen.line(*points, closed=True)


def coin(pen: Pen) -> None:
    pen.circle(12, 12, 8.6)
    pen.line((12, 7.6), (16.4, 12), (12, 16.4), (7.6, 12), closed=True)


def question(pen: Pen) -> None:
    pen.circle(12, 12, 8.6)
    pen.arc(12, 10, 2.6, 180, 405)
    pen.line((13.6, 12), (12, 13.4), (12, 14.2))
    pen.dot(12, 17, 1)


def page(pen: Pen) -> None:
    pen.line((6, 3.5), (14, 3.5), (18.5, 8), (18.5, 20.5), (6, 20.5), closed=True)
    pen.line((9.2, 12), (15.3, 12))
    pen.line((9.2, 16), (15.3, 16))


def phone(pen: Pen) -> None:
    pen.arc(13.5, 10.5, 2.8, -70, 0)
    pen.arc(13.5, 10.5, 6.4, -70, 0)
    pen.line(
        (8.3, 4.2),
        (5.2, 4),
        (4, 5.4),
        (4.8, 10.2),
        (8, 15.2),
        (12.7, 19),
        (17.8, 20.4),
        (19.9, 19),
        (19.6, 16),
        (15.8, 14.4),
        (14, 16.1),
        (8.6, 11),
        (10, 8.7),
        closed=True,
    )


def empty(pen: Pen) -> None:
    pen.line((3.5, 12), (6.5, 6.5), (17.5, 6.5), (20.5, 12), (20.5, 18.5), (3.5, 18.5), closed=True, filled=True)
    pen.line((3.5, 12), (9, 12), (10, 14.2), (14, 14.2), (15, 12), (20.5, 12))
    pen.line((12, 2.8), (12, 4.2))
    pen.line((7.4, 3.6), (8.1, 4.6))
    pen.line((16.6, 3.6), (15.9, 4.6))


def error(pen: Pen) -> None:
    pen.arc(7.3, 14.2, 3.8, 90, 265, filled=False)
    pen.arc(11.6, 10.2, 4.9, 190, 335)
    pen.arc(16.9, 13.9, 4.1, 285, 450)
    pen.line((7.3, 18), (16.9, 18))
    pen.line((10.2, 11.6), (13.8, 15.2))
    pen.line((13.8, 11.6), (10.2, 15.2))


def ticket(pen: Pen) -> None:
    pen.line((3.5, 6.5), (20.5, 6.5), (20.5, 10.2), closed=False)
    pen.arc(20.5, 12, 1.8, 90, 270)
    pen.line((20.5, 13.8), (20.5, 17.5), (3.5, 17.5), (3.5, 13.8))
    pen.arc(3.5, 12, 1.8, -90, 90)
    pen.line((3.5, 10.2), (3.5, 6.5))
    for y in (8.8, 12, 15.2):
        pen.dot(14.5, y, 0.8)


def people(pen: Pen) -> None:
    pen.circle(9, 8.5, 3.2)
    pen.arc(9, 19.5, 6, 180, 360)
    pen.arc(15.8, 8.5, 3, 250, 450)
    pen.arc(15.2, 19.5, 6, 290, 360)


def scissors(pen: Pen) -> None:
    pen.circle(6.5, 7, 2.6)
    pen.circle(6.5, 17, 2.6)
    pen.line((8.7, 8.4), (20, 16))
    pen.line((8.7, 15.6), (20, 8))


TABS: dict[str, Callable[[Pen], None]] = {"home": home, "category": category, "cart": cart, "me": me}
ORDERS: dict[str, Callable[[Pen], None]] = {
    "unpaid": wallet,
    "to-ship": parcel,
    "shipped": truck,
    "review": speech,
    "after-sale": give_back,
}
ENTRIES: dict[str, Callable[[Pen], None]] = {
    "points": coin,
    "coupon": ticket,
    "group": people,
    "bargain": scissors,
    "favourite": heart,
    "footprint": footprint,
    "address": pin,
    "star": star,
    "help": question,
    "agreement": page,
    "phone": phone,
}
STATES: dict[str, Callable[[Pen], None]] = {"empty": empty, "error": error}


def draw(shape: Callable[[Pen], None], name: str, pen: Pen) -> None:
    """Draw one picture and write it."""
    shape(pen)
    pen.save(name)


def main() -> None:
    """Write all pictures."""
    colours = tokens()
    OUT.mkdir(exist_ok=True)
    for name, shape in TABS.items():
        draw(shape, f"tab-{name}", Pen(81, colours["ink-3"]))
        draw(shape, f"tab-{name}-on", Pen(81, colours["ink"], colours["line"]))
    for name, shape in ORDERS.items():
        draw(shape, f"order-{name}", Pen(96, colours["ink"], width=1.3))
    for name, shape in ENTRIES.items():
        draw(shape, f"entry-{name}", Pen(72, colours["ink-2"]))
    draw(me, "avatar", Pen(160, colours["ink-3"], colours["line"], width=1))
    for name, shape in STATES.items():
        draw(shape, f"state-{name}", Pen(320, colours["ink-3"], colours["line"], width=0.6))


if __name__ == "__main__":
    main()
