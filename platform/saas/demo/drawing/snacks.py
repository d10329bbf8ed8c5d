"""Sweets and biscuits."""

from saas.demo.drawing.canvas import Canvas, Colour
from saas.demo.drawing.colours import INK, WHITE, Paint, dark, ground, light, setting, shaded
from saas.demo.drawing.shapes import box, ellipse, moved, outline, rotated


def _dish(canvas: Canvas, tone: Colour) -> None:
    ground(canvas, 50, 79, 40)
    canvas.fill(ellipse(50, 74, 40, 8), dark(tone, 0.1))
    canvas.fill(ellipse(50, 72.6, 40, 8), light(tone, 0.55))
    canvas.fill(ellipse(50, 72.8, 33, 6), light(tone, 0.35))


def _block(canvas: Canvas, left: float, top: float, wide: float, high: float, tone: Colour) -> None:
    """Draw a block with a visible upper face."""
    lift = wide * 0.22
    canvas.fill(box(left, top, left + wide, top + high, 1.2), tone)
    canvas.fill(box(left + wide * 0.8, top, left + wide, top + high, 1.2), dark(tone), 0.4)
    face = [(left, top + 1), (left + lift, top - lift), (left + wide - lift, top - lift), (left + wide, top + 1)]
    canvas.fill(face, light(tone, 0.35))


def bean_cakes(paint: Paint) -> Canvas:
    """Pressed bean cakes with a flower stamp, seen from above."""
    canvas = setting(paint, table=100)
    canvas.shadow(box(16, 18, 88, 88, 6), INK, 0.35, 2)
    canvas.fill(box(13, 14, 87, 86, 6), paint.accent)
    canvas.fill(box(16, 17, 84, 83, 4), light(paint.accent, 0.2))
    for row in range(3):
        for column in range(3):
            x, y = 28 + column * 22, 28 + row * 22
            canvas.fill(box(x - 8.6, y - 7.6, x + 9.4, y + 10.4, 3), INK, 0.16)
            canvas.fill(box(x - 9, y - 9, x + 9, y + 9, 3), dark(paint.main, 0.1))
            canvas.fill(box(x - 9, y - 9.6, x + 9, y + 8, 3), light(paint.main, (row + column) % 2 * 0.18))
            for turn in range(0, 360, 60):
                petal = rotated(ellipse(x, y - 4.4, 1.7, 2.6), turn, (x, y - 0.8))
                canvas.fill(petal, dark(paint.main, 0.12))
            canvas.fill(ellipse(x, y - 0.8, 1.5, 1.5), light(paint.main, 0.4))
    return canvas


def cookies(paint: Paint) -> Canvas:
    """A stack of cracked walnut cookies, one leaning on it."""
    canvas = setting(paint)
    ground(canvas, 46, 80, 28)
    for layer in range(4):
        y = 74 - layer * 9
        canvas.fill(ellipse(44 + layer % 2, y + 3, 25, 6.4), dark(paint.main, 0.22))
        canvas.fill(ellipse(44 + layer % 2, y, 25, 6.6), light(paint.main, layer * 0.05))
    _cookie(canvas, paint, 44.5, 46.4, 22, 5.4)
    canvas.shadow(ellipse(76, 66, 15, 16), INK, 0.35, 1.2)
    canvas.fill(ellipse(75, 64, 16, 16), dark(paint.main, 0.16))
    canvas.fill(ellipse(74, 63.4, 15.4, 15.4), light(paint.main, 0.1))
    _cookie(canvas, paint, 74, 63.4, 12, 12)
    return canvas


def _cookie(canvas: Canvas, paint: Paint, x: float, y: float, wide: float, high: float) -> None:
    for step, turn in enumerate((10, 75, 140, 200, 265, 320)):
        ring = ellipse(x, y, wide * (0.5 + step % 2 * 0.3), high * (0.5 + step % 2 * 0.3), turn, turn + 34)
        canvas.stroke(ring, dark(paint.main, 0.3), 0.7)
    for step in range(7):
        angle = ellipse(x, y, wide * 0.75, high * 0.7, step * 51, step * 51 + 1)[0]
        canvas.fill(ellipse(*angle, 1.6, 1.1), paint.accent)
    canvas.fill(ellipse(x, y, wide * 0.16, high * 0.18), paint.accent)


def bars(paint: Paint) -> Canvas:
    """Pineapple bars on a dish, one cut open."""
    canvas = setting(paint)
    _dish(canvas, paint.wall)
    for x, y in ((24, 56), (42, 53), (60, 56), (33, 41), (51, 41)):
        _block(canvas, x, y, 17, 12, paint.main)
    canvas.fill(box(42, 63, 60, 74, 1.2), dark(paint.main, 0.06))
    canvas.fill(box(45, 65.4, 57, 72, 2.4), paint.accent)
    canvas.fill(box(46, 66, 56, 68, 1), light(paint.accent, 0.35))
    canvas.fill([(42, 63.6), (46, 60), (56, 60), (60, 63.6)], light(paint.main, 0.35))
    return canvas


def pastries(paint: Paint) -> Canvas:
    """Round glazed pastries with sesame, one cut to show the yolk."""
    canvas = setting(paint)
    _dish(canvas, paint.wall)
    for x, y in ((31, 60), (69, 60), (50, 46)):
        body = outline([(x - 15, y + 6), (x - 12, y - 6), (x, y - 11), (x + 12, y - 6), (x + 15, y + 6), (x, y + 11)])
        canvas.shadow(moved(body, 1, 1.6), INK, 0.3, 0.9)
        shaded(canvas, body, paint.main)
        canvas.fill(ellipse(x - 3, y - 5.6, 6, 2.6), WHITE, 0.35)
        for step in range(9):
            spot = (x - 5 + step * 5 % 12, y - 8 + step * 3 % 7)
            canvas.fill(rotated(ellipse(*spot, 1, 0.5), step * 40, spot), (58, 48, 42))
    canvas.fill(ellipse(50, 66.6, 15, 10.4), dark(paint.main, 0.1))
    canvas.fill(ellipse(50, 67, 13.4, 9), (250, 232, 196))
    canvas.fill(ellipse(50, 67.2, 10.4, 7), paint.accent)
    canvas.fill(ellipse(50, 67.4, 6, 4.4), (240, 150, 60))
    canvas.fill(ellipse(48.6, 66.2, 2, 1.2), (252, 196, 110))
    return canvas


def persimmons(paint: Paint) -> Canvas:
    """Dried persimmons with white frost."""
    canvas = setting(paint)
    _dish(canvas, paint.wall)
    for x, y in ((28, 62), (72, 62), (50, 66), (39, 49), (61, 49)):
        body = ellipse(x, y, 14.4, 9.6)
        canvas.shadow(moved(body, 1, 1.4), INK, 0.3, 0.8)
        shaded(canvas, body, paint.main)
        with canvas.clip(body):
            canvas.fill(ellipse(x - 2, y + 2, 11, 6.4), WHITE, 0.16)
            canvas.fill(ellipse(x - 3, y + 1, 7.4, 4.4), WHITE, 0.2)
        for turn in (45, 135, 225, 315):
            canvas.fill(rotated(ellipse(x, y - 5.6, 1.7, 2.8), turn, (x, y - 3)), paint.accent)
        canvas.fill(ellipse(x, y - 3, 1.3, 1.1), dark(paint.accent, 0.3))
    return canvas


def gift_box(paint: Paint) -> Canvas:
    """A gift box with a ribbon and a window of small cakes."""
    canvas = setting(paint)
    ground(canvas, 50, 81, 36)
    shaded(canvas, box(16, 48, 84, 81, 2), paint.main)
    canvas.fill(box(14, 38, 86, 50, 2), light(paint.main, 0.12))
    canvas.fill(box(14, 47.6, 86, 50, 1), dark(paint.main, 0.2))
    canvas.fill(box(45, 38, 55, 81), paint.accent)
    canvas.fill(box(52.6, 38, 55, 81), INK, 0.12)
    for x in (20, 59):
        canvas.fill(box(x, 56, x + 21, 74, 2), (250, 244, 230))
        for column in range(3):
            canvas.fill(ellipse(x + 4 + column * 6.5, 65, 2.9, 2.9), (222, 172, 100))
            canvas.fill(ellipse(x + 4 + column * 6.5, 64.6, 1.1, 1.1), (186, 60, 52))
    canvas.fill(outline([(50, 38), (38, 24), (27, 27), (31, 36)]), paint.accent)
    canvas.fill(outline([(50, 38), (62, 24), (73, 27), (69, 36)]), dark(paint.accent, 0.08))
    canvas.fill(outline([(50, 37), (41, 30), (36, 32), (40, 36)]), light(paint.accent, 0.25))
    canvas.fill(ellipse(50, 37, 5, 4.4), light(paint.accent, 0.12))
    return canvas


def sticks(paint: Paint) -> Canvas:
    """Sugared fruit sticks in a paper bag."""
    canvas = setting(paint)
    ground(canvas, 50, 82, 24)
    for step in range(9):
        x = 31 + step * 4.6
        stick = rotated(box(x - 2.6, 18 + step % 3 * 4, x + 2.6, 60, 2), (step - 4) * 5, (50, 66))
        shaded(canvas, stick, (paint.main, dark(paint.main, 0.12), light(paint.main, 0.14))[step % 3])
        with canvas.clip(stick):
            canvas.dots([(16 + spot * 19 % 70, 16 + spot * 7 % 46) for spot in range(40)], 0.5, WHITE, 0.6)
    body = outline([(26, 48), (38, 51), (50, 47), (62, 51), (74, 48), (72, 66), (71, 82), (50, 83), (29, 82), (28, 66)])
    shaded(canvas, body, paint.accent)
    canvas.fill(ellipse(50, 67, 11, 9), light(paint.accent, 0.6))
    canvas.fill(ellipse(47, 68, 4.4, 4.4), paint.main)
    canvas.fill(ellipse(54, 66.6, 3.6, 3.6), dark(paint.main, 0.1))
    canvas.fill(rotated(ellipse(51, 61.6, 1.4, 3), 40, (51, 63)), (112, 148, 96))
    return canvas
