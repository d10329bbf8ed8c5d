"""Things of kitchen and table."""

from saas.demo.drawing.canvas import Canvas
from saas.demo.drawing.colours import INK, WHITE, Paint, dark, ground, light, setting, shaded
from saas.demo.drawing.shapes import box, curve, ellipse, moved, outline, rotated, turned


def bowl(paint: Paint) -> Canvas:
    """A rice bowl with a ring below the rim."""
    canvas = setting(paint)
    ground(canvas, 50, 76, 24)
    shaded(canvas, box(40, 68, 60, 76, 2), dark(paint.main, 0.1))
    body = turned(50, [(29, 42), (28, 50), (23, 61), (14, 69), (10, 72)])
    shaded(canvas, body, paint.main)
    with canvas.clip(body):
        canvas.stroke(ellipse(50, 43, 29.5, 9, 0, 180), paint.accent, 1.6)
        canvas.stroke(ellipse(50, 47, 28.5, 9, 0, 180), paint.accent, 0.6)
    _mouth(canvas, paint, 42, 29)
    return canvas


def _mouth(canvas: Canvas, paint: Paint, y: float, half: float) -> None:
    canvas.fill(ellipse(50, y, half, half * 0.25), light(paint.main, 0.45))
    canvas.fill(ellipse(50, y + 0.6, half - 1.6, half * 0.25 - 1.3), dark(paint.main, 0.12))
    canvas.fill(ellipse(50, y + 2, half - 4, half * 0.25 - 2.6), light(paint.main, 0.05))


def noodle_bowl(paint: Paint) -> Canvas:
    """A wide bowl of noodles with chopsticks across."""
    canvas = setting(paint)
    ground(canvas, 50, 77, 27)
    shaded(canvas, box(38, 69, 62, 77, 2), dark(paint.main, 0.1))
    body = turned(50, [(35, 45), (33, 53), (26, 64), (16, 71), (12, 73)])
    shaded(canvas, body, paint.main)
    with canvas.clip(body):
        for x in range(18, 86, 8):
            canvas.stroke(ellipse(x, 55 - abs(x - 50) * 0.12, 3, 2.4, 180, 360), paint.accent, 0.9)
            canvas.stroke(ellipse(x + 4, 60 - abs(x - 46) * 0.12, 3, 2.4, 180, 360), paint.accent, 0.9)
    _mouth(canvas, paint, 45, 35)
    with canvas.clip(ellipse(50, 46, 32, 6.6)):
        canvas.fill(box(10, 30, 90, 60), (196, 132, 74))
        for step in range(9):
            canvas.stroke(ellipse(34 + step * 4, 48, 9, 4.5, 190, 350), (246, 222, 164), 1.5)
        canvas.fill(ellipse(62, 45, 7, 3), WHITE)
        canvas.fill(ellipse(62, 45, 3.4, 1.5), (242, 176, 72))
        canvas.dots([(38, 44), (43, 47), (47, 43), (52, 47), (33, 47)], 0.9, (104, 144, 80))
    for shift in (0, 4):
        canvas.stroke([(66 + shift, 26), (24 + shift, 45)], dark((193, 146, 100), 0.1 + shift / 20), 1.5)
    return canvas


def plate(paint: Paint) -> Canvas:
    """A plate seen from above with fork and knife, a branch painted on it."""
    canvas = setting(paint, table=100)
    canvas.shadow(ellipse(51.5, 53, 33, 33), INK, 0.35, 2)
    canvas.fill(ellipse(50, 50, 33, 33), paint.main)
    canvas.fill(ellipse(49, 49, 31.5, 31.5), light(paint.main, 0.3))
    canvas.stroke(ellipse(50, 50, 31, 31), paint.accent, 0.9, closed=True)
    canvas.fill(ellipse(50, 50, 23, 23), dark(paint.main, 0.07))
    canvas.fill(ellipse(50.5, 50.8, 22.4, 22.4), light(paint.main, 0.4))
    canvas.stroke(curve([(38, 62), (46, 55), (54, 48), (62, 37)]), dark(paint.accent, 0.1), 0.9)
    for x, y, turn in ((43, 57, -80), (47, 58, 20), (50, 52, -80), (54, 53, 20), (57, 44, -80), (61, 45, 20)):
        leaf = rotated(ellipse(x, y - 3.2, 1.7, 3.6), turn + 40, (x, y))
        canvas.fill(leaf, paint.accent)
    canvas.fill(rotated(ellipse(62, 35, 1.7, 3.6), 35, (62, 37)), paint.accent)
    steel = (168, 170, 172)
    canvas.stroke([(8.5, 34), (8.5, 74)], steel, 1.8)
    for prong in (6.0, 8.5, 11.0):
        canvas.stroke([(prong, 24), (prong, 35)], steel, 1)
    canvas.stroke([(6, 35), (11, 35)], steel, 1.6)
    canvas.stroke([(91.5, 50), (91.5, 74)], steel, 2)
    canvas.fill(outline([(90.4, 24), (93.6, 30), (93.6, 44), (92.6, 52), (90.4, 52)]), steel)
    return canvas


def mug(paint: Paint) -> Canvas:
    """A mug with a handle, glazed in two tones, steam above."""
    canvas = setting(paint)
    ground(canvas, 48, 77, 22)
    canvas.stroke(ellipse(67, 56, 10, 10.5, -95, 95), dark(paint.main, 0.08), 4.6)
    canvas.stroke(ellipse(66.6, 55.6, 10, 10.5, -95, 60), light(paint.main, 0.1), 2)
    body = turned(47, [(20, 38), (20, 50), (20, 66), (18.5, 74), (15, 77.5)])
    shaded(canvas, body, paint.main)
    with canvas.clip(body):
        drip = [(24, 62), (32, 65), (40, 61), (48, 66), (57, 62), (70, 65), (70, 80), (24, 80)]
        canvas.fill([*curve(drip[:6]), *drip[6:]], paint.accent, 0.9)
        canvas.fill(box(59, 30, 70, 80), INK, 0.12)
    canvas.fill(ellipse(47, 38, 20, 4.6), light(paint.main, 0.45))
    canvas.fill(ellipse(47, 38.4, 18.4, 3.6), (120, 78, 52))
    canvas.fill(ellipse(45, 38.9, 13, 2.2), (146, 98, 64))
    for x in (40, 47, 54):
        canvas.stroke(curve([(x, 31), (x + 2, 27), (x - 1.6, 22), (x + 1, 17)]), WHITE, 1.1)
    return canvas


def pot(paint: Paint) -> Canvas:
    """An enamelled cast-iron pot with its lid."""
    canvas = setting(paint)
    ground(canvas, 50, 77, 32)
    for left, right in ((13, 24), (76, 87)):
        canvas.fill(box(left, 50, right, 57, 3), dark(paint.main, 0.2))
        canvas.fill(box(left + 2.6, 52, right - 2.6, 55, 1.4), light(paint.wall, 0.6))
    shaded(canvas, box(20, 46, 80, 77, 9), paint.main)
    canvas.fill(box(18, 44, 82, 49, 2.4), dark(paint.main, 0.12))
    lid = turned(50, [(3, 30), (18, 32), (28, 38), (31, 44), (31, 45)])
    shaded(canvas, lid, paint.main)
    canvas.fill(box(47.6, 26, 52.4, 31), dark(paint.accent, 0.25))
    shaded(canvas, box(43, 21, 57, 27, 3), paint.accent)
    return canvas


def pan(paint: Paint) -> Canvas:
    """A frying pan from above with an egg in it."""
    canvas = setting(paint, table=100)
    handle = rotated(box(47, 62, 53, 97, 3), -42, (44, 44))
    canvas.shadow(moved(ellipse(44, 44, 28, 28), 2, 3), INK, 0.4, 2)
    canvas.shadow(moved(handle, 1.5, 2), INK, 0.35, 1)
    canvas.fill(handle, paint.accent)
    canvas.fill(rotated(box(45.6, 62, 54.4, 74, 2), -42, (44, 44)), dark(paint.main, 0.3))
    canvas.fill(rotated(ellipse(50, 93.4, 1.1, 1.8), -42, (44, 44)), light(paint.wall, 0.5))
    canvas.fill(ellipse(44, 44, 28, 28), light(paint.main, 0.22))
    canvas.fill(ellipse(44, 44, 26.4, 26.4), dark(paint.main, 0.25))
    canvas.fill(ellipse(44.4, 44.6, 23.6, 23.6), paint.main)
    canvas.stroke(ellipse(44, 44, 21, 21, 195, 260), light(paint.main, 0.28), 1.2)
    egg = [(30, 42), (38, 33), (47, 36), (57, 36), (58, 47), (51, 55), (42, 52), (34, 54)]
    canvas.fill(outline(egg), (252, 249, 240))
    canvas.fill(ellipse(44.6, 44.6, 6.4, 6.4), (244, 180, 70))
    canvas.fill(ellipse(42.8, 42.6, 1.8, 1.4), WHITE, 0.8)
    return canvas


def board(paint: Paint) -> Canvas:
    """A cutting board with tomato slices and a knife."""
    canvas = setting(paint, table=100)
    canvas.shadow(box(18, 24, 76, 86, 7), INK, 0.38, 1.8)
    canvas.fill(box(16, 20, 74, 82, 7), dark(paint.main, 0.16))
    canvas.fill(box(16, 18.6, 74, 80, 7), paint.main)
    with canvas.clip(box(16, 18.6, 74, 80, 7)):
        for step, y in enumerate(range(24, 80, 7)):
            grain = curve([(16, y), (34, y + (step % 3) - 1.4), (54, y + 1), (74, y - (step % 2))])
            canvas.stroke(grain, dark(paint.main, 0.1), 0.5)
    canvas.fill(box(40, 22, 50, 25.4, 1.7), light(paint.wall, 0.4))
    for x, y in ((32, 62), (40, 53), (30, 47)):
        canvas.fill(ellipse(x + 0.8, y + 1, 8, 8), INK, 0.16)
        canvas.fill(ellipse(x, y, 8, 8), (204, 72, 56))
        canvas.fill(ellipse(x, y, 6.6, 6.6), (232, 118, 92))
        for turn in (0, 120, 240):
            canvas.fill(rotated(ellipse(x, y - 3.4, 1.8, 2.2), turn, (x, y)), (246, 196, 132))
    blade = outline([(60, 30), (66, 33), (67, 46), (66, 60), (60, 60), (59, 46)])
    canvas.fill(moved(blade, 1, 1), INK, 0.2)
    canvas.fill(blade, (206, 210, 212))
    canvas.fill(box(60.4, 33, 61.6, 58), WHITE, 0.7)
    canvas.fill(box(60, 59, 66, 78, 2.4), paint.accent)
    canvas.dots([(63, 64), (63, 69), (63, 74)], 0.8, light(paint.accent, 0.5))
    return canvas


def chopsticks(paint: Paint) -> Canvas:
    """Five pairs of chopsticks side by side on a cloth."""
    canvas = setting(paint, table=100)
    canvas.fill(box(10, 14, 90, 86), light(paint.wall, 0.55))
    for y in (18, 82):
        canvas.stroke([(10, y), (90, y)], paint.accent, 0.8)
    for pair in range(5):
        for stick in (0, 4.2):
            x = 17 + pair * 14.6 + stick
            body = [(x - 1.5, 20), (x + 1.5, 20), (x + 0.8, 80), (x - 0.8, 80)]
            canvas.shadow(moved(body, 0.9, 0.6), INK, 0.4, 0.5)
            canvas.fill(body, paint.main)
            canvas.fill([(x - 1.5, 20), (x - 0.6, 20), (x - 0.3, 80), (x - 0.8, 80)], light(paint.main, 0.3))
            canvas.fill(box(x - 1.5, 20, x + 1.5, 32), paint.accent)
            canvas.fill(box(x - 1.5, 33, x + 1.5, 34.2), paint.accent)
    return canvas
