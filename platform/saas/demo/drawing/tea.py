"""Tea and what it is made with."""

from saas.demo.drawing.canvas import Canvas
from saas.demo.drawing.colours import INK, WHITE, Paint, dark, ground, light, setting, shaded
from saas.demo.drawing.shapes import box, curve, ellipse, moved, outline, rotated, turned

LEAF = (112, 148, 96)


def _sprig(canvas: Canvas, x: float, y: float, size: float, colour: tuple[int, int, int]) -> None:
    """Draw one bud and two leaves."""
    canvas.stroke([(x, y), (x, y - size)], colour, size * 0.12)
    canvas.fill(ellipse(x, y - size * 1.35, size * 0.2, size * 0.55), colour)
    canvas.fill(rotated(ellipse(x, y - size * 0.95, size * 0.26, size * 0.7), -52, (x, y - size * 0.4)), colour)
    canvas.fill(rotated(ellipse(x, y - size * 0.95, size * 0.26, size * 0.7), 52, (x, y - size * 0.4)), light(colour))


def tin(paint: Paint) -> Canvas:
    """A round tea tin with a label, loose leaves in front."""
    canvas = setting(paint)
    ground(canvas, 50, 80, 22)
    shaded(canvas, box(31, 34, 69, 80, 3), paint.main)
    canvas.fill(box(41, 42, 59, 72, 1.2), (250, 246, 234))
    canvas.stroke(box(42.4, 43.4, 57.6, 70.6, 0.8), paint.accent, 0.5, closed=True)
    _sprig(canvas, 50, 66, 9, dark(LEAF, 0.1))
    shaded(canvas, box(29.6, 20, 70.4, 34, 3), dark(paint.main, 0.12))
    canvas.fill(box(29.6, 31.6, 70.4, 34), paint.accent)
    for step in range(11):
        x, y = 20 + step * 6.1, 84 + (step * 7 % 5)
        canvas.fill(rotated(ellipse(x, y, 2.8, 0.8), step * 53, (x, y)), dark(LEAF, 0.1 + step % 3 * 0.12))
    return canvas


def tea_cake(paint: Paint) -> Canvas:
    """A round pressed tea in printed paper, a broken piece in front of it."""
    canvas = setting(paint, table=100)
    canvas.shadow(ellipse(49, 49, 33, 33), INK, 0.35, 2)
    canvas.fill(ellipse(47, 46, 33, 33), paint.main)
    canvas.fill(ellipse(46, 45, 31, 31), light(paint.main, 0.25))
    canvas.stroke(ellipse(47, 46, 27, 27), paint.accent, 0.8, closed=True)
    for turn in range(0, 360, 30):
        canvas.fill(rotated(ellipse(47, 22.6, 1.4, 2.4), turn, (47, 46)), paint.accent)
    for turn in (-62, -20, 24, 66):
        canvas.stroke(rotated([(47, 15), (47, 18.4)], turn, (47, 46)), dark(paint.main, 0.14), 0.6)
    canvas.fill(ellipse(47, 46, 14.5, 14.5), paint.accent)
    _sprig(canvas, 47, 54, 9, light(paint.main, 0.5))
    chunk = outline([(58, 70), (68, 62), (82, 66), (88, 77), (78, 86), (64, 84)])
    canvas.shadow(moved(chunk, 1, 2), INK, 0.4, 1)
    canvas.fill(chunk, (94, 66, 48))
    with canvas.clip(chunk):
        for step in range(26):
            x, y = 57 + step * 11 % 32, 63 + step * 7 % 23
            tone = ((122, 88, 62), (72, 50, 38), (146, 108, 74))[step % 3]
            canvas.fill(rotated(ellipse(x, y, 3.6, 0.8), step * 37, (x, y)), tone)
    return canvas


def pouch(paint: Paint) -> Canvas:
    """A paper pouch of flower tea, blossoms beside it."""
    canvas = setting(paint)
    ground(canvas, 46, 81, 24)
    body = outline([(26, 26), (46, 25), (66, 26), (66, 40), (69, 66), (68, 81), (46, 82), (24, 81), (23, 66), (26, 40)])
    shaded(canvas, body, paint.main)
    canvas.fill(box(25, 24, 67, 32, 1), dark(paint.main, 0.12))
    canvas.stroke([(27, 28), (65, 28)], light(paint.main, 0.3), 0.5)
    window = ellipse(46, 58, 14, 16)
    canvas.fill(window, light(paint.main, 0.6))
    with canvas.clip(window):
        canvas.fill(box(30, 54, 62, 80), (146, 158, 98))
        for step in range(34):
            x, y = 32 + step * 13 % 29, 55 + step * 7 % 20
            canvas.fill(rotated(ellipse(x, y, 3, 0.8), step * 41, (x, y)), ((112, 128, 76), (170, 180, 116))[step % 2])
        for x, y in ((39, 60), (50, 66), (54, 57)):
            _blossom(canvas, x, y, 2.6, paint)
    canvas.stroke(window, paint.accent, 0.8, closed=True)
    for x, y, size in ((76, 78, 5), (84, 85, 4), (70, 87, 3.6)):
        _blossom(canvas, x, y, size, paint)
    return canvas


def _blossom(canvas: Canvas, x: float, y: float, size: float, paint: Paint) -> None:
    for turn in range(0, 360, 72):
        petal = rotated(ellipse(x, y - size * 0.62, size * 0.36, size * 0.6), turn, (x, y))
        canvas.fill(moved(petal, 0.2, 0.4), INK, 0.12)
        canvas.fill(petal, (253, 250, 242))
    canvas.fill(ellipse(x, y, size * 0.26, size * 0.26), light(paint.accent, 0.1))


def jar(paint: Paint) -> Canvas:
    """A glass jar of dried tangerine peel with a cork lid."""
    canvas = setting(paint)
    ground(canvas, 50, 81, 24)
    glass = turned(50, [(15, 30), (16, 34), (24, 42), (24, 60), (24, 74), (20, 81)])
    canvas.fill(glass, light(paint.wall, 0.75))
    with canvas.clip(glass):
        for step in range(30):
            x, y = 28 + step * 17 % 45, 78 - step // 4 * 4.4 - step % 3
            peel = rotated(ellipse(x, y, 6.4, 3, 180, 370), step * 47, (x, y))
            canvas.fill(peel, (paint.main, dark(paint.main, 0.18), light(paint.main, 0.15))[step % 3])
        canvas.fill(box(66, 30, 76, 84), INK, 0.08)
        canvas.fill(box(30, 40, 33, 84), WHITE, 0.5)
    canvas.stroke(glass, light(paint.wall, 0.3), 0.6, closed=True)
    shaded(canvas, box(34, 20, 66, 31, 2.4), (206, 166, 118))
    canvas.stroke(curve([(35, 34), (50, 36), (65, 34)]), paint.accent, 1.2)
    canvas.fill(box(62, 35, 74, 46, 1), (250, 246, 234))
    canvas.fill(ellipse(68, 40.5, 3.4, 3.4), paint.main)
    return canvas


def teapot(paint: Paint) -> Canvas:
    """A round clay teapot."""
    canvas = setting(paint)
    ground(canvas, 49, 78, 26)
    canvas.stroke(ellipse(73, 56, 12, 13, -112, 104), dark(paint.main, 0.12), 4)
    canvas.stroke(ellipse(72.6, 55.4, 12, 13, -112, 20), light(paint.main, 0.12), 1.2)
    spout = outline([(31, 66), (22, 60), (16, 46), (11, 41), (17, 39), (22, 44), (27, 52), (34, 54)])
    shaded(canvas, spout, dark(paint.main, 0.06))
    body = turned(49, [(15, 42), (22, 46), (27, 56), (25, 67), (18, 75), (13, 78)])
    shaded(canvas, body, paint.main)
    with canvas.clip(body):
        canvas.stroke(ellipse(49, 51, 27, 4, 0, 180), dark(paint.main, 0.16), 0.6)
        canvas.stroke(ellipse(49, 53.4, 28, 4, 0, 180), dark(paint.main, 0.16), 0.4)
        _sprig(canvas, 46, 70, 6, light(paint.main, 0.3))
    shaded(canvas, turned(49, [(3, 34), (10, 36), (15, 41), (15.6, 43)]), paint.main)
    canvas.stroke(ellipse(49, 42.6, 15.6, 1.8, 0, 180), dark(paint.main, 0.22), 0.7)
    shaded(canvas, ellipse(49, 31.4, 4, 3.6), paint.accent)
    return canvas


def gaiwan(paint: Paint) -> Canvas:
    """A covered cup with saucer, a painted branch."""
    canvas = setting(paint)
    ground(canvas, 50, 80, 32)
    shaded(canvas, turned(50, [(31, 72), (27, 76), (15, 80)]), paint.main)
    canvas.fill(ellipse(50, 72, 31, 4.6), light(paint.main, 0.5))
    canvas.fill(ellipse(50, 72.4, 16, 2.2), dark(paint.main, 0.1))
    body = turned(50, [(26, 40), (23, 48), (18, 60), (13, 69), (10, 72)])
    shaded(canvas, body, paint.main)
    with canvas.clip(body):
        canvas.stroke(curve([(30, 46), (42, 52), (50, 58), (55, 66)]), (112, 88, 70), 1)
        for x, y in ((40, 50), (47, 55), (52, 63), (36, 53), (55, 57)):
            for turn in range(0, 360, 72):
                canvas.fill(rotated(ellipse(x, y - 1.5, 1, 1.5), turn, (x, y)), paint.accent)
            canvas.fill(ellipse(x, y, 0.6, 0.6), (250, 222, 140))
    canvas.fill(ellipse(50, 40, 26, 4), dark(paint.main, 0.16))
    lid = turned(50, [(5, 27), (15, 30), (22, 36), (24, 40)])
    shaded(canvas, lid, paint.main)
    canvas.stroke(ellipse(50, 40, 24, 2.6, 0, 180), paint.accent, 0.7)
    shaded(canvas, turned(50, [(6, 22), (4, 25), (5, 28)]), paint.main)
    canvas.fill(ellipse(50, 22, 6, 1.4), light(paint.main, 0.5))
    return canvas


def pitcher(paint: Paint) -> Canvas:
    """A glass pitcher of brewed tea and a small cup."""
    canvas = setting(paint)
    ground(canvas, 42, 79, 21)
    canvas.stroke(ellipse(61, 54, 10, 13, -90, 92), light(paint.wall, 0.72), 2.6)
    glass = outline(
        [(22, 34), (34, 33), (58, 33), (61, 48), (62, 66), (58, 78), (42, 80), (27, 78), (24, 66), (26, 48)]
    )
    canvas.fill(glass, light(paint.wall, 0.8))
    with canvas.clip(glass):
        canvas.fill(box(18, 47, 68, 84), paint.main)
        canvas.fill(ellipse(43, 47, 20, 2.4), light(paint.main, 0.35))
        canvas.fill(box(55, 30, 66, 84), INK, 0.1)
        canvas.fill(box(28.5, 34, 31, 78), WHITE, 0.5)
    canvas.stroke(glass, light(paint.wall, 0.35), 0.6, closed=True)
    ground(canvas, 80, 82, 9)
    shaded(canvas, turned(80, [(10, 68), (9, 74), (6, 81)]), paint.accent)
    canvas.fill(ellipse(80, 68, 10, 2), light(paint.accent, 0.5))
    canvas.fill(ellipse(80, 68.3, 8.6, 1.4), paint.main)
    return canvas


def cups(paint: Paint) -> Canvas:
    """Four small tea cups in two glazes."""
    canvas = setting(paint, table=58)
    for x, y, tone in ((33, 46, paint.accent), (68, 46, paint.main), (28, 70, paint.main), (70, 72, paint.accent)):
        ground(canvas, x, y + 15.6, 13)
        shaded(canvas, turned(x, [(14.5, y), (13, y + 7), (8, y + 14), (6, y + 16)]), tone)
        canvas.fill(ellipse(x, y, 14.5, 3.4), light(tone, 0.5))
        canvas.fill(ellipse(x, y + 0.4, 13.2, 2.7), (206, 160, 82))
        canvas.fill(ellipse(x - 3, y + 0.5, 5, 1), (232, 194, 120))
    return canvas


def tray(paint: Paint) -> Canvas:
    """A bamboo tea tray from above with a cup and a pot lid on it."""
    canvas = setting(paint, table=100)
    canvas.shadow(box(11, 28, 93, 78, 5), INK, 0.4, 2)
    canvas.fill(box(8, 24, 92, 76, 5), dark(paint.main, 0.2))
    canvas.fill(box(10, 26, 90, 74, 4), paint.main)
    for step in range(10):
        x = 15 + step * 7.3
        canvas.fill(box(x, 31, x + 4.8, 69, 1.2), light(paint.main, 0.22))
        canvas.stroke([(x + 6, 32), (x + 6, 68)], dark(paint.main, 0.32), 0.9)
    canvas.shadow(ellipse(34, 51, 12, 12), INK, 0.4, 1)
    canvas.fill(ellipse(33, 49, 12, 12), paint.accent)
    canvas.fill(ellipse(33, 49, 9.8, 9.8), light(paint.accent, 0.5))
    canvas.fill(ellipse(33, 49.6, 8.6, 8.6), (206, 160, 82))
    canvas.fill(ellipse(30.6, 46.6, 3, 2.2), WHITE, 0.5)
    canvas.shadow(ellipse(66, 52, 15, 15), INK, 0.4, 1)
    canvas.fill(ellipse(65, 50, 15, 15), (156, 88, 62))
    canvas.fill(ellipse(64, 49, 11.6, 11.6), (176, 106, 76))
    canvas.fill(ellipse(65, 50, 4, 4), (132, 70, 50))
    canvas.fill(ellipse(64.2, 49, 2.2, 2), (196, 128, 96))
    return canvas
