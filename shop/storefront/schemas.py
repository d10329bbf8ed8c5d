"""What the storefront's endpoints take and give, for checks and for the OpenAPI page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from shop.agreements.models import Agreement
from shop.catalog.models import Product
from shop.core import miniprogram
from shop.core.money import MOST_FEN
from shop.storefront.reads import SORTS

MOST_PAGES = 10_000
MOST_ATTRIBUTES = 5


class DigitsField(serializers.IntegerField):
    """A whole number in a query string: plain digits and nothing else."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number; a validation error for signs, blanks, fractions and other alphabets' digits."""
        if not (isinstance(data, str) and data.isascii() and data.isdigit()):
            self.fail("invalid")
        return super().to_internal_value(data)


class PageQuerySerializer(serializers.Serializer[Any]):
    """Which page."""

    page = DigitsField(min_value=1, max_value=MOST_PAGES, default=1)
    page_size = DigitsField(min_value=1, max_value=100, default=20)


class AttributesField(serializers.CharField):
    """Attributes in a query string: 材质:纯棉|产地:中国."""

    def to_internal_value(self, data: Any) -> Any:
        """Return pairs of name and value; a validation error for anything else."""
        pairs = [part.partition(":") for part in super().to_internal_value(data).split("|")]
        if len(pairs) > MOST_ATTRIBUTES or not all(name and value for name, _colon, value in pairs):
            raise serializers.ValidationError(_("请写成“参数名:参数值”，多个之间用 | 分开"))
        return tuple((name, value) for name, _colon, value in pairs)


class FilterQuerySerializer(serializers.Serializer[Any]):
    """Which products. Without `sort`, keyword results come best match first, others best-selling first."""

    category = serializers.CharField(max_length=16, required=False, help_text="key; includes what is below it")
    keyword = serializers.CharField(max_length=100, required=False, allow_blank=True)
    sort = serializers.ChoiceField(choices=SORTS, required=False)
    min_price = DigitsField(max_value=MOST_FEN, required=False, help_text="fen")
    max_price = DigitsField(max_value=MOST_FEN, required=False, help_text="fen")
    brand = serializers.CharField(max_length=16, required=False, help_text="key")
    attributes = AttributesField(max_length=200, required=False, help_text="name:value|name:value; all must hold")
    in_stock = serializers.BooleanField(required=False, help_text="only what can be bought now")
    promotion = serializers.CharField(
        max_length=40, required=False, help_text="key of an activity or coupon: what it is for; 404 once it is over"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse an upside-down price range."""
        if attrs.get("min_price", 0) > attrs.get("max_price", MOST_FEN):
            raise serializers.ValidationError({"max_price": [_("最高价不能低于最低价")]})
        return attrs


class ListQuerySerializer(PageQuerySerializer, FilterQuerySerializer):
    """Which products, and which page of them."""


class ShopSerializer(serializers.Serializer[Any]):
    """Which shop this is."""

    name = serializers.CharField()
    key = serializers.CharField()


class AgreementSerializer(serializers.Serializer[Any]):
    """What shoppers agree to; its text is at `agreements/{kind}`."""

    kind = serializers.ChoiceField(choices=Agreement.Kind.choices)
    title = serializers.CharField()
    updated_at = serializers.DateTimeField()


class AgreementTextSerializer(AgreementSerializer):
    """The text in the language of the request; `is_usual` when the shop has none of its own."""

    html = serializers.CharField()
    is_usual = serializers.BooleanField()


class OrderSettingsSerializer(serializers.Serializer[Any]):
    """How long an unpaid order waits, when a sent one counts as received, how many unpaid ones a member may have."""

    pay_minutes = serializers.IntegerField()
    auto_receive_days = serializers.IntegerField()
    after_sale_days = serializers.IntegerField()
    most_unpaid = serializers.IntegerField()


class MemberSettingsSerializer(serializers.Serializer[Any]):
    """How shoppers can log in outside WeChat."""

    phone_login = serializers.BooleanField(help_text="Whether `auth/phone-code` reaches phones.")


class BootstrapSerializer(serializers.Serializer[Any]):
    """What a client needs before it shows anything."""

    shop = ShopSerializer()
    notice = serializers.CharField(allow_blank=True)
    service_phone = serializers.CharField(allow_blank=True)
    logo = serializers.CharField(allow_blank=True)
    theme_colour = serializers.CharField(help_text="as `#rrggbb`; white text on it can be read")
    agreements = AgreementSerializer(many=True)
    orders = OrderSettingsSerializer()
    members = MemberSettingsSerializer()
    stock_socket = serializers.CharField(help_text="WebSocket that tells of stock as it changes.")


class CategorySerializer(serializers.Serializer[Any]):
    """A category."""

    key = serializers.CharField()
    name = serializers.CharField()
    tagline = serializers.CharField(allow_blank=True)
    picture = serializers.CharField(allow_blank=True)


class CategoryTreeSerializer(CategorySerializer):
    """A category with those below it, of the same shape."""

    children = serializers.ListField(child=serializers.DictField())


class TagSerializer(serializers.Serializer[Any]):
    """A badge on a product; the colour as `#rrggbb`."""

    name = serializers.CharField()
    colour = serializers.CharField()


class ReviewSummarySerializer(serializers.Serializer[Any]):
    """How many shown reviews a product has, and their average score with one decimal; null without scores."""

    count = serializers.IntegerField()
    average = serializers.FloatField(allow_null=True)


class ProductRowSerializer(serializers.Serializer[Any]):
    """A product in a list; prices in fen, `cover` an address or empty."""

    key = serializers.CharField()
    title = serializers.CharField()
    subtitle = serializers.CharField(allow_blank=True)
    price = serializers.IntegerField(help_text="fen; of the cheapest SKU")
    list_price = serializers.IntegerField(help_text="fen; 0 is none")
    cover = serializers.CharField(allow_blank=True)
    sales = serializers.IntegerField()
    sold_out = serializers.BooleanField()
    reviews = ReviewSummarySerializer()
    tags = TagSerializer(many=True)


class ChoiceSerializer(serializers.Serializer[Any]):
    """A category or brand that a list can be narrowed to."""

    key = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField(help_text="products it leaves")


class ValueSerializer(serializers.Serializer[Any]):
    """A value of an attribute."""

    value = serializers.CharField()
    count = serializers.IntegerField()


class AttributeFacetSerializer(serializers.Serializer[Any]):
    """An attribute and its values."""

    name = serializers.CharField()
    values = ValueSerializer(many=True)


class PriceBandSerializer(serializers.Serializer[Any]):
    """A range of prices in fen, both ends included."""

    min_price = serializers.IntegerField()
    max_price = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer[Any]):
    """What a list can be narrowed by; counts hold under the filters given."""

    categories = ChoiceSerializer(many=True)
    brands = ChoiceSerializer(many=True)
    attributes = AttributeFacetSerializer(many=True)
    prices = PriceBandSerializer(many=True)
    in_stock = serializers.IntegerField()


class ProductPageSerializer(serializers.Serializer[Any]):
    """A page of products."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True, help_text="path of the next page")
    results = ProductRowSerializer(many=True)


class PictureSerializer(serializers.Serializer[Any]):
    """The addresses of a picture's sizes: large, 400 and 200 pixels as WebP, and large as JPEG.

    Large is at most 800 pixels; what is taller than 4:3 is up to 1080 wide and 10,000 high.
    """

    large = serializers.CharField()
    medium = serializers.CharField()
    small = serializers.CharField()
    jpeg = serializers.CharField(help_text="WebP too until the JPEG is made")
    width = serializers.IntegerField(help_text="pixels of the large one; 0 is not known yet")
    height = serializers.IntegerField()


class LinkSerializer(serializers.Serializer[Any]):
    """Where a tap leads: `value` is a product's or category's key, what to search for, or the path of a page.

    Of an offer it is a tool's code, for the page with everything of it, or the code, a slash and an activity's key.
    """

    kind = serializers.ChoiceField(choices=("product", "category", "search", "page", "offer"))
    value = serializers.CharField()


class HomeItemSerializer(serializers.Serializer[Any]):
    """A picture of the front page; `link` is null when it leads nowhere, or to what shoppers may not see."""

    key = serializers.CharField()
    title = serializers.CharField()
    picture = PictureSerializer(allow_null=True)
    link = LinkSerializer(allow_null=True)


class HomeSerializer(serializers.Serializer[Any]):
    """The front page; entries are the top categories until the merchant makes others."""

    banners = HomeItemSerializer(many=True)
    entries = HomeItemSerializer(many=True)
    strips = HomeItemSerializer(many=True, help_text="at most three")
    categories = CategorySerializer(many=True)
    hot = ProductRowSerializer(many=True)
    new = ProductRowSerializer(many=True)


class CategoryNameSerializer(serializers.Serializer[Any]):
    """A product's category."""

    key = serializers.CharField()
    name = serializers.CharField()


class OptionSerializer(serializers.Serializer[Any]):
    """An option type and its values in order."""

    name = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())


class AttributeSerializer(serializers.Serializer[Any]):
    """A fact about a product."""

    name = serializers.CharField()
    value = serializers.CharField()


class ProductSKUSerializer(serializers.Serializer[Any]):
    """A combination of option values; prices in fen."""

    key = serializers.CharField()
    code = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    price = serializers.IntegerField()
    list_price = serializers.IntegerField()
    sold_out = serializers.BooleanField()
    picture = serializers.CharField(allow_blank=True)


class BrandSerializer(serializers.Serializer[Any]):
    """Who makes a product; `logo` an address or empty."""

    key = serializers.CharField()
    name = serializers.CharField()
    story = serializers.CharField(allow_blank=True)
    logo = serializers.CharField(allow_blank=True)
    qualifications = PictureSerializer(many=True)


class LimitsSerializer(serializers.Serializer[Any]):
    """How many units an order, and a member in all orders, may have; null is no limit."""

    least_per_order = serializers.IntegerField()
    most_per_order = serializers.IntegerField(allow_null=True)
    most_per_member = serializers.IntegerField(allow_null=True)


class FormFieldSerializer(serializers.Serializer[Any]):
    """One question of an order form; `least` and `most` bound a number, `most` the length of a text."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=("TEXT", "NUMBER", "DATE", "CHOICE", "PHONE", "ID_NUMBER"))
    hint = serializers.CharField(allow_blank=True)
    required = serializers.BooleanField()  # type: ignore[assignment]
    is_personal = serializers.BooleanField()
    choices = serializers.ListField(child=serializers.CharField())
    least = serializers.IntegerField(allow_null=True)
    most = serializers.IntegerField(allow_null=True)


class GuaranteeSerializer(serializers.Serializer[Any]):
    """A promise of the shop; `icon` is one or two characters, or empty."""

    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    icon = serializers.CharField(allow_blank=True)


class ProductDetailSerializer(ProductRowSerializer):
    """Everything a product's page shows."""

    category = CategoryNameSerializer()
    brand = serializers.CharField(allow_blank=True)
    brand_info = BrandSerializer(allow_null=True)
    video = serializers.CharField(allow_blank=True, help_text="address of an MP4, or empty")
    kind = serializers.ChoiceField(Product.Kind.choices)
    limits = LimitsSerializer()
    form = FormFieldSerializer(many=True, help_text="what an order of it must answer")
    guarantees = GuaranteeSerializer(many=True)
    related = ProductRowSerializer(many=True)
    unit = serializers.CharField(allow_blank=True)
    options = OptionSerializer(many=True)
    attributes = AttributeSerializer(many=True)
    images = serializers.ListField(child=serializers.CharField(), help_text="the large ones")
    pictures = PictureSerializer(many=True)
    detail_html = serializers.CharField(allow_blank=True)
    skus = ProductSKUSerializer(many=True)


class ProductCodeSerializer(serializers.Serializer[Any]):
    """WeChat's code (小程序码) for a page."""

    picture = serializers.CharField(help_text="address of a PNG or JPEG")


CODED_PAGES = {"home": miniprogram.HOME, "orders": miniprogram.ORDERS}


class PageCodeQuerySerializer(serializers.Serializer[Any]):
    """Which page a code opens."""

    page = serializers.ChoiceField(list(CODED_PAGES))


class StockSerializer(serializers.Serializer[Any]):
    """Units of a SKU that may be sold now."""

    sku = serializers.CharField()
    available = serializers.IntegerField()


class ReviewPictureSerializer(serializers.Serializer[Any]):
    """A picture: `url` of the large size, `thumbnail` of 200."""

    url = serializers.CharField()
    thumbnail = serializers.CharField()


class AdditionSerializer(serializers.Serializer[Any]):
    """What a shopper added later."""

    content = serializers.CharField(allow_blank=True)
    pictures = ReviewPictureSerializer(many=True)
    created_at = serializers.DateTimeField()


class ReviewSerializer(serializers.Serializer[Any]):
    """What a shopper said; imported reviews have no score."""

    key = serializers.CharField()
    author = serializers.CharField()
    score = serializers.IntegerField(allow_null=True)
    content = serializers.CharField(allow_blank=True)
    options = serializers.CharField(allow_blank=True, help_text="what was bought")
    tags = serializers.ListField(child=serializers.CharField())
    pictures = ReviewPictureSerializer(many=True)
    reply = serializers.CharField(allow_blank=True, help_text="the shop's answer")
    replied_at = serializers.DateTimeField(allow_null=True)
    addition = AdditionSerializer(allow_null=True)
    created_at = serializers.DateTimeField()


class TagCountSerializer(serializers.Serializer[Any]):
    """How many shown reviews chose a tag."""

    name = serializers.CharField()
    count = serializers.IntegerField()


class ReviewFiguresSerializer(ReviewSummarySerializer):
    """What all shown reviews of a product come to, whatever the page is filtered by."""

    stars = serializers.DictField(child=serializers.IntegerField(), help_text="number of stars → reviews")
    pictured = serializers.IntegerField(help_text="reviews with pictures")
    tags = TagCountSerializer(many=True)


class ReviewQuerySerializer(PageQuerySerializer):
    """Which reviews."""

    score = DigitsField(min_value=1, max_value=5, required=False)
    pictures = serializers.ChoiceField(choices=["1"], required=False, help_text="only those with pictures")
    tag = serializers.CharField(max_length=12, required=False)


class ReviewPageSerializer(serializers.Serializer[Any]):
    """A page of reviews, newest first."""

    count = serializers.IntegerField(help_text="of those that match")
    next = serializers.CharField(allow_null=True, help_text="path of the next page")
    results = ReviewSerializer(many=True)
    summary = ReviewFiguresSerializer()


class ErrorSerializer(serializers.Serializer[Any]):
    """A refusal; `code` never changes, `message` follows Accept-Language."""

    code = serializers.CharField()
    message = serializers.CharField()
    detail = serializers.DictField()
    request_id = serializers.CharField()
