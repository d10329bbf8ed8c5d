"""A square canvas for flat pictures: filled paths, round strokes, clipping. Coordinates run from 0 to 100."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PIL import Image, ImageDraw, ImageFilter

Point = tuple[float, float]
Path = Sequence[Point]
Colour = tuple[int, int, int]

SIDE = 800
SAMPLES = 2  # drawn twice as large and averaged: smooth edges


class Canvas:
    """Draws on an image of SIDE × SIDE pixels; nothing depends on fonts or chance."""

    def __init__(self, background: Colour) -> None:
        self._size = SIDE * SAMPLES
        self._image = Image.new("RGB", (self._size, self._size), background)
        self._pen = ImageDraw.Draw(self._image, "RGBA")
        self._corner = (0, 0)  # of what is drawn on now, inside the whole

    def fill(self, path: Path, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a closed path."""
        self._pen.polygon(self._pixels(path), fill=(*colour, round(255 * alpha)))

    def stroke(self, path: Path, colour: Colour, width: float, *, closed: bool = False) -> None:
        """Draw along a path with round ends and joints."""
        points = self._pixels([*path, path[0]] if closed else path)
        thick = max(1, round(width * self._size / 100))
        self._pen.line(points, fill=colour, width=thick, joint="curve")
        for x, y in (points[0], points[-1]):
            self._pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=colour)

    def dots(self, places: Path, radius: float, colour: Colour, alpha: float = 1.0) -> None:
        """Draw a round dot at each place."""
        size = radius * self._size / 100
        for x, y in self._pixels(places):
            self._pen.ellipse((x - size, y - size, x + size, y + size), fill=(*colour, round(255 * alpha)))

    @contextmanager
    def clip(self, path: Path) -> Iterator[None]:
        """Let the block draw inside the path only."""
        below, pen, corner = self._image, self._pen, self._corner
        points = self._pixels(path)
        area = _frame(points, below.size)
        self._image = below.crop(area)
        self._pen = ImageDraw.Draw(self._image, "RGBA")
        self._corner = (corner[0] + area[0], corner[1] + area[1])
        mask = Image.new("1", self._image.size)
        ImageDraw.Draw(mask).polygon(self._pixels(path), fill=1)
        try:
            yield
        finally:
            below.paste(self._image, area, mask)
            self._image, self._pen, self._corner = below, pen, corner

    def shadow(self, path: Path, colour: Colour, alpha: float, blur: float) -> None:
        """Lay a soft shadow of the path; drawn small and enlarged, because softness has no detail."""
        times = 8
        area = _frame(self._pixels(path), self._image.size, margin=round(3 * blur * self._size / 100))
        points = [((x - area[0]) / times, (y - area[1]) / times) for x, y in self._pixels(path)]
        mask = Image.new("L", ((area[2] - area[0]) // times, (area[3] - area[1]) // times))
        ImageDraw.Draw(mask).polygon(points, fill=round(255 * alpha))
        soft = mask.filter(ImageFilter.GaussianBlur(blur * self._size / 100 / times))
        self._image.paste(colour, area, soft.resize((area[2] - area[0], area[3] - area[1])))

    def picture(self) -> Image.Image:
        """Return what was drawn, SIDE pixels wide."""
        return self._image.reduce(SAMPLES)

    def _pixels(self, path: Path) -> list[Point]:
        scale = self._size / 100
        left, top = self._corner
        return [(x * scale - left, y * scale - top) for x, y in path]


def _frame(points: Path, size: tuple[int, int], margin: int = 0) -> tuple[int, int, int, int]:
    """Return the pixels that hold the points and `margin` around them, within an image of `size`."""
    across, down = [x for x, _ in points], [y for _, y in points]
    left, top = max(0, int(min(across)) - margin), max(0, int(min(down)) - margin)
    right, bottom = min(size[0], int(max(across)) + margin + 2), min(size[1], int(max(down)) + margin + 2)
    return left, top, right, bottom


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with `share` (0 to 1) of the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
