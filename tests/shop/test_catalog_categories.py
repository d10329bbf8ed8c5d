import pytest

from shop.catalog.drafts import CategoryDraft
from shop.catalog.models import Category
from shop.catalog.services import delete_category, ensure_categories, save_category
from shop.core.errors import ShopError
from tests.shop.catalogue import category, names, product


def test_categories_are_made_and_moved(shop):
    top = save_category(CategoryDraft(name="居家"))
    child = save_category(CategoryDraft(name="被枕", parent=top.pk, tagline="好梦"))
    other = save_category(CategoryDraft(name="夏凉"))
    save_category(CategoryDraft(name="被子", parent=other.pk), child)
    child.refresh_from_db()
    assert (child.name, child.parent, child.tagline) == ("被子", other, "")


def test_a_category_cannot_move_below_itself(shop):
    leaf = category("a/b/c")
    top = Category.objects.get(name="a")
    for parent in (leaf.pk, top.pk):
        with pytest.raises(ShopError) as refusal:
            save_category(CategoryDraft(name="a", parent=parent), top)
        assert refusal.value.code == "category_cycle"
    assert Category.objects.get(name="a").parent is None


def test_the_tree_stays_shallow(shop):
    deep = category("1/2/3/4/5")
    with pytest.raises(ShopError) as refusal:
        save_category(CategoryDraft(name="6", parent=deep.pk))
    assert refusal.value.code == "category_too_deep"
    moved = category("a/b")
    with pytest.raises(ShopError):
        save_category(CategoryDraft(name="a", parent=Category.objects.get(name="4").pk), moved.parent)
    assert names() == ["1", "2", "3", "4", "5", "a", "b"]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"name": ""}, "name"), ({"name": "a/b"}, "name"), ({"name": "a", "parent": 10**9}, "parent")],
)
def test_a_wrong_category_is_refused(shop, values, field):
    with pytest.raises(ShopError) as refusal:
        save_category(CategoryDraft(**values))
    assert field in refusal.value.detail
    assert names() == []


def test_siblings_have_different_names(shop):
    category("居家")
    with pytest.raises(ShopError) as refusal:
        save_category(CategoryDraft(name="居家"))
    assert refusal.value.code == "category_exists"
    assert names() == ["居家"]


def test_a_category_in_use_stays(shop):
    kept = product().category
    for used in (kept, kept.parent):
        with pytest.raises(ShopError) as refusal:
            delete_category(used)
        assert refusal.value.code == "category_in_use"
    free = category("空")
    delete_category(free)
    assert names() == ["居家", "被枕"]


def test_paths_are_made_once(shop):
    found, made = ensure_categories([("居家", "被枕"), ("居家", "夏凉"), ("餐厨",)])
    assert made == 4
    assert found["居家", "夏凉"].parent == found["居家",]
    again, made = ensure_categories([("居家", "被枕")])
    assert made == 0
    assert again["居家", "被枕"] == found["居家", "被枕"]
