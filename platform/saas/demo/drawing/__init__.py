"""Flat pictures of goods, drawn by arithmetic: the same words always give the same picture."""

from collections.abc import Callable

from saas.demo.drawing import living, snacks, tableware, tea, textiles
from saas.demo.drawing.canvas import Canvas
from saas.demo.drawing.colours import COLOURS, Paint

KINDS: dict[str, Callable[[Paint], Canvas]] = {
    drawing.__name__: drawing
    for drawing in (
        *(tableware.bowl, tableware.noodle_bowl, tableware.plate, tableware.mug, tableware.pot, tableware.pan),
        *(tableware.board, tableware.chopsticks),
        *(textiles.bedding, textiles.quilt, textiles.pillow, textiles.cushion, textiles.towels, textiles.bath_towel),
        *(textiles.blanket, textiles.mat),
        *(living.lamp, living.floor_lamp, living.basket, living.vase, living.candle, living.clock, living.soap),
        *(tea.tin, tea.tea_cake, tea.pouch, tea.jar, tea.teapot, tea.gaiwan, tea.pitcher, tea.cups, tea.tray),
        *(snacks.bean_cakes, snacks.cookies, snacks.bars, snacks.pastries, snacks.persimmons, snacks.gift_box),
        snacks.sticks,
    )
}


def draw(kind: str, main: str, accent: str, wall: str) -> Canvas:
    """Return the picture of a `kind` of thing in the named colours; KeyError for an unknown word."""
    return KINDS[kind](Paint(COLOURS[main], COLOURS[accent], COLOURS[wall]))
