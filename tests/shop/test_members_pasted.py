"""Addresses out of pasted texts, and regions by their full names."""

import pytest

from shop.members.pasted import read_pasted
from shop.members.regions import full_names, home_elsewhere, provinces
from shop.members.services import AddressDraft


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "王小明 13800138000 浙江省杭州市西湖区文三路 1 号",
            "王小明|13800138000|浙江省|杭州市|西湖区|文三路 1 号",
        ),
        ("浙江杭州西湖区文三路1号3幢 王小明 13800138000", "王小明|13800138000|浙江省|杭州市|西湖区|文三路1号3幢"),
        (
            "收货人：王小明\n手机号码：138 0013 8000\n所在地区：浙江省 杭州市 西湖区\n详细地址：文三路 1 号西湖小区",
            "王小明|13800138000|浙江省|杭州市|西湖区|文三路 1 号西湖小区",
        ),
        ("上海市浦东新区世纪大道100号，13900139000，李四", "李四|13900139000|上海市|上海市|浦东新区|世纪大道100号"),
        ("李四，+86 139-0013-9000，北京 北京市 朝阳区 光华路", "李四|13900139000|北京市|北京市|朝阳区|光华路"),
        ("湖北省仙桃市沔街道1号 张三 0571-85550101", "张三|0571-85550101|湖北省|仙桃市||沔街道1号"),
        ("杭州市西湖区文三路 张三 13800138000", "张三|13800138000|浙江省|杭州市|西湖区|文三路"),
        ("张三广东省东莞市东城街道1号13800138000", "张三|13800138000|广东省|东莞市||东城街道1号"),
        ("云南大理州大理市人民路 3 号 阿诗玛", "阿诗玛||云南省|大理白族自治州|大理市|人民路 3 号"),
        ("13800138000", "|13800138000||||"),
        ("", "|||||"),
        ("\x00 ,,。", "|||||"),
    ],
)
def test_a_pasted_text_is_taken_apart(text, wanted):
    assert "|".join(read_pasted(text).values()) == wanted


def test_regions_are_known_by_their_short_names():
    assert len(provinces()) == 34
    assert full_names("浙江", "杭州") == ("浙江省", "杭州市")
    assert full_names("内蒙古", "锡林郭勒") == ("内蒙古自治区", "锡林郭勒盟")
    assert full_names("新疆", "伊犁州") == ("新疆维吾尔自治区", "伊犁哈萨克自治州")
    assert full_names("浙江省", "杭州市") == ("浙江省", "杭州市")
    assert full_names("浙江", "大理") == ("浙江省", "大理")
    assert full_names("加利福尼亚州", "洛杉矶") == ("加利福尼亚州", "洛杉矶")


def test_an_address_is_stored_with_the_full_names():
    clean = AddressDraft("李四", "13900139000", "江苏", "苏州", "桂花巷 21 号").checked()
    assert (clean.province, clean.city) == ("江苏省", "苏州市")


@pytest.mark.parametrize(
    ("province", "city", "home"),
    [
        ("浙江省", "苏州市", "江苏省"),
        ("浙江", "苏州", "江苏省"),
        ("浙江省", "大理州", "云南省"),
        ("上海市", "北京市", "北京市"),
        ("浙江省", "杭州市", ""),
        ("浙江", "杭州", ""),
        ("吉林省", "吉林市", ""),
        ("北京市", "北京市", ""),
        ("河南省", "济源市", ""),  # counties below a province without a prefecture
        ("海南省", "省直辖县级行政区划", ""),
        ("重庆市", "县", ""),
        ("香港特别行政区", "九龙", ""),
        ("江苏省", "昆山市", ""),
        ("加利福尼亚州", "杭州市", ""),
    ],
)
def test_a_prefecture_is_known_to_lie_elsewhere(province, city, home):
    assert home_elsewhere(province, city) == home
