"""Things of cloth."""

from saas.demo.drawing.canvas import Canvas
from saas.demo.drawing.colours import INK, WHITE, Paint, dark, ground, light, setting, shaded
from saas.demo.drawing.shapes import box, curve, ellipse, moved, outline


def bedding(paint: Paint) -> Canvas:
    """A made bed: two pillows, a duvet turned down."""
    canvas = setting(paint, table=80)
    canvas.shadow(box(12, 78, 90, 88, 3), INK, 0.35, 2)
    canvas.fill(box(14, 26, 86, 62, 5), (193, 146, 100))
    canvas.fill(box(16.5, 28.5, 83.5, 60, 4), (210, 166, 120))
    canvas.fill(box(17, 80, 21, 88), (150, 106, 72))
    canvas.fill(box(79, 80, 83, 88), (150, 106, 72))
    canvas.fill(box(12, 58, 88, 82, 4), light(paint.main, 0.75))
    for x in (19, 52):
        canvas.fill(moved(_pillow(x, 41, 29, 17), 0.8, 1.2), INK, 0.12)
        canvas.fill(_pillow(x, 41, 29, 17), light(paint.accent, 0.55))
        canvas.fill(_pillow(x + 2.5, 43, 23, 11), light(paint.accent, 0.7))
    duvet = [*curve([(10, 60), (30, 57), (50, 59), (70, 57), (90, 60)]), (91, 84), (88, 86), (12, 86), (9, 84)]
    canvas.fill(duvet, paint.main)
    with canvas.clip(duvet):
        for x in range(6, 100, 11):
            canvas.stroke(curve([(x, 56), (x + 2, 68), (x - 1, 78), (x + 2, 90)]), dark(paint.main, 0.08), 0.8)
        canvas.fill(box(5, 80, 95, 90), INK, 0.1)
        canvas.stroke(curve([(6, 66), (30, 63), (50, 65), (70, 63), (94, 66)]), light(paint.accent, 0.1), 6)
        canvas.stroke(curve([(6, 70), (30, 67), (50, 69), (70, 67), (94, 70)]), dark(paint.main, 0.2), 0.7)
    return canvas


def _pillow(left: float, top: float, wide: float, high: float) -> list[tuple[float, float]]:
    right, bottom = left + wide, top + high
    middle, half = left + wide / 2, top + high / 2
    knots = [
        (left + wide * 0.14, top + high * 0.01), (middle, top + high * 0.045), (right - wide * 0.14, top + high * 0.01),
        (right, top + high * 0.18), (right - wide * 0.015, half), (right, bottom - high * 0.18),
        (right - wide * 0.14, bottom), (middle, bottom - high * 0.03), (left + wide * 0.14, bottom),
        (left, bottom - high * 0.18), (left + wide * 0.015, half), (left, top + high * 0.18),
    ]  # fmt: skip
    return list(outline(knots))


def quilt(paint: Paint) -> Canvas:
    """A quilt folded in three, stitched in lozenges, tied with a ribbon."""
    canvas = setting(paint)
    ground(canvas, 50, 80, 36)
    for layer in range(3):
        top = 64 - layer * 15
        body = box(16 + layer, top, 84 - layer, top + 17, 8)
        shaded(canvas, body, light(paint.main, layer * 0.12))
        with canvas.clip(body):
            for x in range(-20, 120, 9):
                canvas.stroke([(x, top), (x + 17, top + 17)], dark(paint.main, 0.05 + 0.02 * layer), 0.5)
                canvas.stroke([(x + 17, top), (x, top + 17)], dark(paint.main, 0.05 + 0.02 * layer), 0.5)
            canvas.fill(box(10, top + 14, 90, top + 17), INK, 0.12)
    canvas.fill(box(46, 33.4, 54, 81), paint.accent)
    canvas.fill(box(52, 33.4, 54, 81), INK, 0.12)
    canvas.fill(outline([(50, 34), (40, 26), (34, 31), (38, 37)]), paint.accent)
    canvas.fill(outline([(50, 34), (60, 26), (66, 31), (62, 37)]), dark(paint.accent, 0.08))
    canvas.fill(ellipse(50, 34, 3.6, 3.4), light(paint.accent, 0.15))
    return canvas


def pillow(paint: Paint) -> Canvas:
    """A plump bed pillow with piping, a second one behind it."""
    canvas = setting(paint)
    ground(canvas, 50, 76, 36)
    canvas.fill(_pillow(24, 28, 62, 38), dark(paint.accent, 0.04))
    front = _pillow(12, 38, 68, 38)
    canvas.shadow(moved(front, 1, 1.6), INK, 0.25, 1.2)
    canvas.fill(front, paint.main)
    with canvas.clip(front):
        canvas.fill(ellipse(40, 50, 30, 17), light(paint.main, 0.4), 0.7)
        canvas.fill(ellipse(46, 80, 46, 8), dark(paint.main), 0.3)
        for points in ([(14, 40), (20, 46), (24, 54)], [(78, 40), (72, 46), (69, 53)], [(15, 74), (21, 69), (26, 66)]):
            canvas.stroke(curve(points), dark(paint.main, 0.14), 0.7)
    canvas.stroke(front, paint.accent, 0.9, closed=True)
    return canvas


def cushion(paint: Paint) -> Canvas:
    """A square cushion with a woven pattern and tassels."""
    canvas = setting(paint, table=82)
    ground(canvas, 50, 84, 30)
    body = _pillow(20, 24, 60, 60)
    canvas.fill(body, paint.main)
    with canvas.clip(body):
        for row in range(5):
            for column in range(5):
                x, y = 26 + column * 12, 30 + row * 12
                tone = paint.accent if (row + column) % 2 else light(paint.main, 0.35)
                canvas.fill([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], tone)
                canvas.fill([(x, y - 2), (x + 2, y), (x, y + 2), (x - 2, y)], paint.main)
        canvas.fill(ellipse(42, 44, 26, 22), WHITE, 0.1)
        canvas.fill(box(72, 20, 84, 90), INK, 0.1)
        canvas.fill(box(16, 76, 84, 90), INK, 0.08)
    for left, top in ((23.5, 27.5), (76.5, 27.5), (23.5, 80.5), (76.5, 80.5)):
        canvas.fill(ellipse(left, top, 2, 2), dark(paint.accent, 0.1))
        for lean in (-2, 0, 2):
            canvas.stroke([(left, top + 1), (left + lean, top + 8)], paint.accent, 0.9)
    return canvas


def towels(paint: Paint) -> Canvas:
    """Three folded towels, one upon the other."""
    canvas = setting(paint)
    ground(canvas, 50, 79, 33)
    for layer, tone in enumerate((paint.accent, light(paint.main, 0.4), paint.main)):
        top = 64 - layer * 14
        body = box(19 + layer * 1.4, top, 81 - layer * 1.4, top + 15, 6.5)
        shaded(canvas, body, tone)
        canvas.stroke([(25, top + 7.5), (79 - layer * 1.4, top + 7.5)], dark(tone, 0.14), 0.6)
        with canvas.clip(body):
            for x in (66, 69):
                canvas.fill(box(x, top, x + 1.4, top + 15), light(tone, 0.5))
    canvas.fill(box(30, 37.6, 38, 47, 0.8), WHITE)
    canvas.stroke([(32, 41), (36, 41)], (190, 180, 170), 0.6)
    canvas.stroke([(32, 43.4), (35, 43.4)], (190, 180, 170), 0.6)
    return canvas


def bath_towel(paint: Paint) -> Canvas:
    """A large towel hanging over a wooden rail."""
    canvas = setting(paint, table=100)
    canvas.stroke([(10, 22), (90, 22)], (176, 130, 88), 3)
    for x in (10, 90):
        canvas.fill(ellipse(x, 22, 3, 3), (146, 104, 70))
    back = box(38, 20, 74, 70, 2)
    canvas.fill(back, dark(paint.main, 0.16))
    front = [(24, 21), (60, 21), (61, 82), (23, 82)]
    canvas.shadow(moved(front, 2, 1.6), INK, 0.3, 1.4)
    shaded(canvas, front, paint.main)
    with canvas.clip(front):
        for x in (31, 42, 52):
            canvas.stroke(curve([(x, 20), (x + 1, 44), (x - 0.6, 66), (x + 0.8, 84)]), dark(paint.main, 0.1), 0.8)
        for y, high in ((66, 1.2), (69, 4), (75, 1.2)):
            canvas.fill(box(20, y, 64, y + high), paint.accent)
    for x in range(24, 61, 2):
        canvas.stroke([(x + 0.4, 82), (x + 0.4, 85.4)], light(paint.main, 0.1), 0.7)
    canvas.fill(box(24, 18.6, 74, 23.4, 2.4), light(paint.main, 0.1))
    return canvas


def blanket(paint: Paint) -> Canvas:
    """A knitted blanket, folded, with fringes."""
    canvas = setting(paint)
    ground(canvas, 50, 80, 34)
    for layer in range(2):
        top = 60 - layer * 18
        body = box(18, top, 82, top + 20, 7)
        tone = light(paint.main, layer * 0.15)
        shaded(canvas, body, tone)
        with canvas.clip(body):
            for column in range(8):
                x = 21 + column * 8
                for row in range(5):
                    y = top - 1 + row * 5
                    canvas.stroke([(x, y), (x + 3, y + 4), (x + 6, y)], dark(tone, 0.13), 1.1)
            canvas.fill(box(60, top, 70, top + 20), paint.accent, 0.85)
            canvas.fill(box(73, top, 75, top + 20), paint.accent, 0.85)
    for x in range(24, 80, 4):
        canvas.stroke([(x, 79), (x - 0.6, 86)], light(paint.main, 0.2), 1)
    return canvas


def mat(paint: Paint) -> Canvas:
    """A bath mat from above, tufted in waves."""
    canvas = setting(paint, table=100)
    canvas.shadow(box(14, 28, 90, 78, 8), INK, 0.35, 1.8)
    body = box(12, 25, 88, 75, 8)
    canvas.fill(body, paint.main)
    with canvas.clip(body):
        for row in range(-1, 9):
            y = 26 + row * 7
            wave = curve([(x, y + (3 if index % 2 else 0)) for index, x in enumerate(range(4, 104, 8))])
            canvas.stroke(wave, paint.accent if row % 3 == 0 else light(paint.main, 0.25), 2.4)
    canvas.stroke(box(13.5, 26.5, 86.5, 73.5, 7), dark(paint.main, 0.16), 0.8, closed=True)
    return canvas
