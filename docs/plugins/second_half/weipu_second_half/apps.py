"""How the tool joins the shop."""

from shop.promotions import plugins


class SecondHalfConfig(plugins.ToolConfig):
    """第二件半价."""

    name = "weipu_second_half"
    promotion = "weipu_second_half.tool.SecondHalf"
