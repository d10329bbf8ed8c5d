"""What every search backend must do; a backend's test module subclasses this."""

import pytest

from shop.catalog.models import Product
from shop.catalog.services import archive_product, save_product
from shop.search import vocabulary
from tests.shop.catalogue import draft, product


class SearchContract:
    """`backend` is the class; settings name it, so that writes index through it."""

    backend = None

    @pytest.fixture(autouse=True)
    def _use(self, settings):
        settings.SEARCH_BACKEND = f"{self.backend.__module__}.{self.backend.__qualname__}"

    def settle(self):
        """Do what is done after the commit."""
        while vocabulary.refresh():
            pass

    def find(self, text, *, strict=False):
        self.settle()
        found = self.backend().search(Product.objects.on_shelf(), text, strict=strict)
        return [row.code for row in found.order_by("-relevance", "-sales", "pk")]

    @pytest.mark.parametrize(
        "text", ["yangmaobei", "yangmao bei", "ymb", "羊毛bei", "羊毛备", "羊毛北", "yangmoabei", "yanmaobei", "毛羊被"]
    )
    def test_other_spellings_are_understood(self, shop, text):
        product("A", "澳洲羊毛被")
        product("B", "不锈钢锅", "餐厨/锅具")
        assert self.find(text)[:1] == ["A"]
        assert "B" not in self.find(text)

    def test_the_likeliest_reading_comes_first(self, shop):
        for code in "ABC":
            product(code, "手工窗帘", "居家/布艺")
        product("D", "旧材料", "居家/布艺")
        assert self.find("cl")[:3] == ["A", "B", "C"]

    @pytest.mark.parametrize(("asked", "found"), [("西红柿", "A"), ("洋芋", "B"), ("土豆", "B")])
    def test_ordinary_synonyms_are_understood(self, shop, asked, found):
        product("A", "新鲜番茄", "饮食/蔬果")
        product("B", "高山马铃薯", "饮食/蔬果")
        assert self.find(asked) == [found]

    def test_what_a_title_ends_with_is_what_it_is(self, shop):
        product("bag", "旅行记忆枕收纳袋", "居家/收纳")
        product("pillow", "护颈记忆枕", "居家/收纳")
        product("cover", "棉质记忆枕枕套", "居家/收纳")
        assert self.find("记忆枕")[0] == "pillow"

    @pytest.mark.parametrize("text", ["1.8米床笠", "1.8m 床笠", "床笠1.8"])
    def test_sizes_are_found_in_any_unit(self, shop, text):
        product("A", "纯棉床笠", attributes={"尺寸": "1.8m*2m"})
        product("B", "纯棉床笠", attributes={"尺寸": "1.5m*2m"})
        assert self.find(text)[0] == "A"

    def test_colours_are_found_in_shades(self, shop):
        product("A", "窗帘", attributes={"颜色": "烟灰/ 米色"})
        product("B", "窗帘", attributes={"颜色": "湖蓝"})
        assert self.find("灰色窗帘")[0] == "A"
        assert self.find("蓝色窗帘")[0] == "B"

    def test_words_of_every_text_are_found(self, shop):
        product(
            "A",
            "澳洲纯羊毛盖毯",
            "居家/床品件套",
            subtitle="柔软亲肤",
            keywords="空调毯",
            brand="罗莱",
            attributes={"填充物": "桑蚕丝"},
        )
        product("B", "不锈钢锅", "餐厨/锅具")
        for text in ("羊毛", "亲肤", "空调毯", "罗莱", "桑蚕丝", "床品", "居家", "羊毛毯", "毯", "毯子"):
            assert self.find(text) == ["A"], text

    def test_wool_quilts_come_first(self, shop):
        product("carpet", "160*230羊毛手工地毯", attributes={"提示": "请勿被水浸泡"})
        product("cotton", "全棉水洗被")
        product("fine", "秋冬保暖加厚细羊毛被", attributes={"填充物": "超细羊毛"})
        product("pot", "不锈钢锅", "餐厨/锅具", attributes={"提示": "不会被腐蚀"})
        product("silk", "双宫茧桑蚕丝被")
        product("wool", "秋冬保暖加厚澳洲羊毛被", attributes={"填充物": "100%羊毛"})
        assert set(self.find("羊毛被")[:2]) == {"fine", "wool"}
        assert "pot" not in self.find("羊毛被")

    def test_words_are_found_wherever_a_title_is_cut(self, shop):
        product("A", "羊毛毯")
        product("B", "纯棉被套")
        assert [self.find(text, strict=True) for text in ("羊毛", "毛毯", "羊毛毯")] == [["A"]] * 3
        assert [self.find(text, strict=True) for text in ("纯棉", "被套", "纯棉被套")] == [["B"]] * 3

    def test_titles_rank_by_how_much_of_them_is_meant(self, shop):
        product("contains", "加厚羊毛被 双人")
        product("equal", "羊毛被")
        product("begins", "羊毛被 双人")
        product("scattered", "羊毛混纺 秋冬被")
        assert self.find("羊毛被") == ["equal", "begins", "contains", "scattered"]

    def test_full_matches_come_before_partial_ones(self, shop):
        product("partial", "保温水壶")
        product("full", "不锈钢保温杯 大容量")
        assert self.find("保温 杯") == ["full", "partial"]
        assert self.find("保温 杯", strict=True) == ["full"]
        assert self.find("保温 手套", strict=True) == ["partial", "full"]

    def test_width_and_case_do_not_matter(self, shop):
        product("A", "ＵＳＢ-C 数据线 iPhone15")
        for text in ("usb", "USB", "ｉｐｈｏｎｅ", "iph", "数据线　usb"):
            assert self.find(text) == ["A"], text

    def test_changed_words_replace_the_old_ones(self, shop):
        saved = product("A", "羊毛被")
        save_product(draft("A", "不锈钢锅", key=saved.key, category=saved.category_id))
        assert self.find("羊毛被") == []
        assert self.find("不锈钢锅") == ["A"]

    def test_indexing_and_removing_may_be_repeated(self, shop):
        saved = product("A", "羊毛被")
        for _ in range(2):
            self.backend().index([saved.pk, 10**9])
        assert self.find("羊毛被") == ["A"]
        for _ in range(2):
            self.backend().remove([saved.pk, 10**9])
        assert self.find("羊毛被") == []

    def test_archived_products_are_not_found(self, shop):
        archive_product(product("A", "羊毛被"))
        self.settle()
        assert [*self.backend().search(Product.objects.all(), "羊毛被")] == []

    def test_the_callers_query_is_kept(self, shop):
        product("A", "羊毛被")
        product("B", "羊毛毯")
        self.settle()
        narrowed = self.backend().search(Product.objects.filter(code="B"), "羊毛")
        assert [row.code for row in narrowed] == ["B"]
        assert narrowed.count() == 1

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "！？",
            "'",
            "\\",
            "':*",
            "a'b\\c",
            "& | ! ( )",
            "\0",
            "被\0子",
            "的",
            "%",
            "_",
            "羊" * 5000,
            "😀",
            "x" * 5000,
        ],
    )
    def test_no_text_is_an_error(self, shop, text):
        product("A", "羊毛被")
        assert self.find(text) in ([], ["A"])
        assert self.find(text, strict=True) in ([], ["A"])

    def test_strange_titles_can_be_indexed(self, shop):
        product("A", 'it\'s 100% \\ "quoted" <b> ㍿' + "﷽" * 20 + "羊毛被")
        assert self.find("羊毛") == ["A"]
        product("B", "锅", attributes={f"n{i}": "羊毛被 " * 300 for i in range(100)})
        assert self.find("锅") == ["B"]

    def test_another_shop_is_not_searched(self, shop, other_shop):
        from tenants.context import using_shop

        product("A", "羊毛被")
        with using_shop(other_shop):
            assert self.find("羊毛被") == []
