"""Colours that shoppers see text on."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
AA = 4.5  # the least contrast of text, by WCAG 2


def contrast_with_white(colour: str) -> float:
    """Return the contrast of white text on a colour such as `#15803d`, between 1 and 21."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def validate_theme_colour(colour: str) -> None:
    """Raise ValidationError unless the colour is written as `#15803d` and white text on it can be read."""
    if not COLOUR.fullmatch(colour):
        raise ValidationError(_("请选择颜色"))
    if contrast_with_white(colour) < AA:
        raise ValidationError(_("这个颜色太浅，上面的白字看不清，请选深一些的颜色"))
