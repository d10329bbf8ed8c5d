"""Things of the living room and the bathroom."""

from math import cos, radians, sin

from saas.demo.drawing.canvas import Canvas
from saas.demo.drawing.colours import INK, WHITE, Paint, dark, ground, light, setting, shaded
from saas.demo.drawing.shapes import box, curve, ellipse, moved, outline, rotated, turned

GLOW = (255, 228, 160)


def lamp(paint: Paint) -> Canvas:
    """A table lamp that is on."""
    canvas = setting(paint, table=76)
    canvas.fill(ellipse(50, 44, 33, 30), GLOW, 0.5)
    ground(canvas, 50, 81, 20)
    foot = turned(50, [(3, 50), (6, 56), (13, 66), (13, 75), (9, 81)])
    shaded(canvas, foot, paint.accent)
    canvas.fill(box(48.8, 44, 51.2, 52), (170, 134, 84))
    shade = [(37, 20), (63, 20), (74, 47), (26, 47)]
    canvas.fill(shade, paint.main)
    with canvas.clip(shade):
        canvas.fill(ellipse(50, 52, 23, 20), GLOW, 0.75)
        for x in range(-6, 7):
            canvas.stroke([(50 + x * 2.1, 19), (50 + x * 4, 48)], dark(paint.main, 0.06), 0.3)
        canvas.fill([(58, 20), (63, 20), (74, 47), (66, 47)], INK, 0.08)
    canvas.fill(ellipse(50, 47, 24, 1.5), light(GLOW, 0.4))
    return canvas


def floor_lamp(paint: Paint) -> Canvas:
    """A floor lamp with a bent arm beside a small plant."""
    canvas = setting(paint, table=82)
    canvas.fill(ellipse(64, 40, 24, 24), GLOW, 0.55)
    ground(canvas, 34, 88, 16)
    canvas.fill(ellipse(34, 87.4, 13, 2.6), dark(paint.accent, 0.1))
    canvas.stroke(curve([(34, 87), (33, 60), (35, 32), (46, 16), (60, 17), (64, 26)]), paint.accent, 1.5)
    shade = turned(64, [(4, 25), (12, 29), (16, 37), (17, 41)])
    shaded(canvas, shade, paint.main)
    canvas.fill(ellipse(64, 41, 17, 2), light(GLOW, 0.3))
    ground(canvas, 68, 88, 9)
    shaded(canvas, turned(68, [(8, 72), (7.4, 78), (6, 87)]), (206, 120, 88))
    for turn in (-56, -28, 0, 28, 56):
        canvas.fill(rotated(ellipse(68, 63, 2.4, 9), turn, (68, 73)), (112, 148, 96) if turn % 56 else (134, 168, 110))
    return canvas


def basket(paint: Paint) -> Canvas:
    """A woven basket with handles, a cloth hanging out."""
    canvas = setting(paint, table=72)
    ground(canvas, 50, 82, 28)
    for x in (26, 74):
        canvas.stroke(ellipse(x, 40, 8, 9, 150, 390), dark(paint.main, 0.2), 2.6)
    canvas.fill(outline([(30, 44), (34, 34), (46, 30), (58, 33), (70, 36), (71, 46), (50, 50)]), paint.accent)
    canvas.fill(outline([(40, 42), (46, 34), (58, 36), (62, 44), (50, 47)]), light(paint.accent, 0.25))
    body = turned(50, [(29, 42), (28, 54), (26, 68), (23, 80), (22, 82)])
    canvas.fill(body, paint.main)
    with canvas.clip(body):
        for row, y in enumerate(range(43, 84, 5)):
            for column in range(-1, 11):
                left = 18 + column * 7 + (3.5 if row % 2 else 0)
                canvas.fill(box(left, y, left + 6, y + 4, 1.8), light(paint.main, 0.22))
                canvas.fill(box(left, y + 2.6, left + 6, y + 4, 0.7), dark(paint.main, 0.1))
        canvas.fill(box(68, 40, 82, 84), INK, 0.14)
    canvas.stroke([(21.5, 43), (78.5, 43)], dark(paint.main, 0.14), 3)
    canvas.fill(outline([(40, 43), (45, 44), (50, 58), (44, 60), (38, 54)]), paint.accent)
    return canvas


def vase(paint: Paint) -> Canvas:
    """A vase with three stems."""
    canvas = setting(paint)
    ground(canvas, 50, 82, 17)
    for x, y, bend in ((36, 20, -4), (52, 13, 1), (66, 24, 5)):
        canvas.stroke(curve([(50, 50), (50 + bend * 0.6, 38), (x - bend * 0.4, y + 10), (x, y)]), (120, 138, 92), 1)
        for turn in range(0, 360, 60):
            canvas.fill(rotated(ellipse(x, y - 3.6, 2.1, 3.6), turn, (x, y)), paint.accent)
        canvas.fill(ellipse(x, y, 2, 2), (250, 226, 150))
    for x, y, turn in ((44, 34, -50), (57, 36, 48), (47, 41, -58)):
        canvas.fill(rotated(ellipse(x, y, 2, 5.4), turn, (x, y)), (134, 156, 100))
    body = turned(50, [(7, 47), (6.4, 51), (10, 58), (17, 67), (16, 77), (11, 82)])
    shaded(canvas, body, paint.main)
    with canvas.clip(body):
        for ring in (66.0, 68.4):
            canvas.stroke(ellipse(50, ring, 19, 3, 0, 180), dark(paint.main, 0.14), 0.5)
    canvas.fill(ellipse(50, 47, 7, 1.7), dark(paint.main, 0.3))
    return canvas


def candle(paint: Paint) -> Canvas:
    """A scented candle in a glass, burning."""
    canvas = setting(paint)
    canvas.fill(ellipse(50, 34, 26, 24), GLOW, 0.5)
    ground(canvas, 50, 79, 21)
    glass = box(31, 42, 69, 79, 5)
    canvas.fill(glass, light(paint.main, 0.35))
    with canvas.clip(glass):
        canvas.fill(box(31, 50, 69, 80), paint.main)
        canvas.fill(ellipse(50, 50, 19, 2.6), light(paint.main, 0.3))
        canvas.fill(box(63, 40, 70, 80), INK, 0.12)
        canvas.fill(box(34, 40, 36.6, 80), WHITE, 0.4)
    canvas.fill(ellipse(50, 42, 19, 2.6), light(paint.main, 0.6))
    canvas.fill(ellipse(50, 42.3, 17.6, 2), light(paint.main, 0.35))
    canvas.fill(box(39, 58, 61, 72, 1), (250, 247, 240))
    canvas.stroke(box(40.4, 59.4, 59.6, 70.6, 0.6), paint.accent, 0.4, closed=True)
    canvas.fill(rotated(ellipse(48, 64, 1.5, 3.6), -30, (48, 66)), paint.accent)
    canvas.fill(rotated(ellipse(52, 64, 1.5, 3.6), 30, (52, 66)), light(paint.accent, 0.2))
    canvas.stroke([(50, 50), (50, 44)], INK, 0.8)
    canvas.fill(outline([(50, 31), (53.4, 39), (50, 45), (46.6, 39)]), (244, 160, 70))
    canvas.fill(outline([(50, 36), (51.8, 40.6), (50, 44), (48.2, 40.6)]), (255, 232, 150))
    return canvas


def clock(paint: Paint) -> Canvas:
    """A wooden wall clock at ten past ten."""
    canvas = setting(paint, table=100)
    canvas.shadow(ellipse(52.5, 53.5, 31, 31), INK, 0.4, 2)
    canvas.fill(ellipse(50, 50, 31, 31), paint.main)
    canvas.fill(ellipse(49.4, 49.2, 29.6, 29.6), light(paint.main, 0.2))
    canvas.fill(ellipse(50, 50, 26, 26), (250, 247, 240))
    for hour in range(12):
        angle = radians(hour * 30)
        reach = 21 if hour % 3 else 19.6
        tip = (50 + 23.4 * sin(angle), 50 - 23.4 * cos(angle))
        canvas.stroke([(50 + reach * sin(angle), 50 - reach * cos(angle)), tip], dark(paint.main, 0.3), 1.2)
    for angle, reach, width in ((305, 11.5, 2.2), (60, 17, 1.6)):
        tip = (50 + reach * sin(radians(angle)), 50 - reach * cos(radians(angle)))
        canvas.stroke([(50, 50), tip], INK, width)
    canvas.stroke([(50, 55), (50, 32)], paint.accent, 0.7)
    canvas.fill(ellipse(50, 50, 2.2, 2.2), paint.accent)
    return canvas


def soap(paint: Paint) -> Canvas:
    """Two bars of soap on a dish with a sprig and bubbles."""
    canvas = setting(paint)
    ground(canvas, 50, 79, 34)
    canvas.fill(box(15, 72, 85, 79, 3.4), (193, 146, 100))
    canvas.fill(box(15, 72, 85, 74.6, 1.3), (216, 172, 126))
    for x, y, tone in ((24, 54, paint.main), (33, 37, paint.accent)):
        body = box(x, y, x + 46, y + 18, 5)
        shaded(canvas, body, tone)
        canvas.stroke(box(x + 10, y + 4.6, x + 36, y + 13.4, 3), dark(tone, 0.12), 0.7, closed=True)
    canvas.stroke(curve([(60, 37), (68, 30), (78, 28)]), (120, 138, 92), 0.9)
    for leaf in ((64.0, 33.0), (68.0, 30.0), (73.0, 28.6), (78.0, 28.0)):
        canvas.fill(rotated(ellipse(leaf[0], leaf[1] - 2.6, 1.3, 3), 30, leaf), (134, 156, 100))
        canvas.fill(rotated(ellipse(leaf[0], leaf[1] + 2.6, 1.3, 3), -40, leaf), (154, 176, 118))
    for x, y, size in ((20, 40, 4.6), (26, 30, 3), (15, 28, 2.2), (84, 48, 3.4)):
        canvas.fill(ellipse(x, y, size, size), WHITE, 0.65)
        canvas.fill(ellipse(x - size * 0.3, y - size * 0.35, size * 0.25, size * 0.2), WHITE)
        canvas.stroke(moved(ellipse(x, y, size, size)), light(paint.main, 0.3), 0.3, closed=True)
    return canvas
