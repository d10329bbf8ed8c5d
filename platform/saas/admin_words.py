"""What the back office explains: a short help on each main page, and what an empty list tells to do next."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.core.admin_base import may_write
from shop.promotions.plugins import ToolConfig


@dataclass(frozen=True, slots=True)
class Words:
    """Of a list: what it says while it is empty, and while a filter leaves nothing.

    `page` is where the next step is taken (the name of a URL), offered under `action` to whoever has `permission`.
    """

    empty: Any
    advice: Any
    unmatched: Any
    action: Any = ""
    page: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True)
class EmptyState:
    """What an empty list shows; `link` is '' when there is nothing the user could do."""

    title: Any
    advice: Any = ""
    action: Any = ""
    link: str = ""


_ADD_PRODUCT = (_("添加商品"), "admin:catalog_product_add", "catalog.add_product")
_TO_ORDERS = (_("去看订单"), "admin:orders_order_changelist", "orders.view_order")
_UNMATCHED = _("没有符合条件的内容")

# app.model → words
EMPTY = {
    "catalog.product": Words(
        _("还没有商品"),
        _("先添加第一个商品：写标题、选分类、传一张图片、填价格和库存。有现成的表格，也可以用上面的“导入”。"),
        _("没有符合条件的商品"),
        *_ADD_PRODUCT,
    ),
    "catalog.brand": Words(
        _("还没有品牌"),
        _("品牌不是必填的。卖带牌子的商品时，在这里写上品牌故事和授权证书，商品页会显示。"),
        _("没有符合条件的品牌"),
        _("添加品牌"),
        "admin:catalog_brand_add",
        "catalog.add_brand",
    ),
    "library.asset": Words(
        _("图片库还是空的"),
        _("点“上传图片或视频”，或把文件拖到上面的框里。上传后，编辑商品时可以直接选用。"),
        _("没有符合条件的图片"),
    ),
    "catalog.tag": Words(
        _("还没有标签"),
        _("编辑商品时写上标签（例如“新品”“包邮”），它就会出现在这里，可以再选颜色。"),
        _("没有符合条件的标签"),
        _("添加标签"),
        "admin:catalog_tag_add",
        "catalog.add_tag",
    ),
    "catalog.guarantee": Words(
        _("还没有服务保障"),
        _("写上您能做到的承诺，例如“七天无理由退货”，商品页会显示，买家更放心。"),
        _("没有符合条件的服务保障"),
        _("添加服务保障"),
        "admin:catalog_guarantee_add",
        "catalog.add_guarantee",
    ),
    "catalog.spectemplate": Words(
        _("还没有规格模板"),
        _("常用的规格（例如尺码 S、M、L）存成模板，编辑商品时一点就填好。"),
        _("没有符合条件的规格模板"),
        _("添加规格模板"),
        "admin:catalog_spectemplate_add",
        "catalog.add_spectemplate",
    ),
    "catalog.attributetemplate": Words(
        _("还没有参数模板"),
        _("给一个分类定好要填的参数（例如材质、产地），这个分类的商品就不会漏填。"),
        _("没有符合条件的参数模板"),
        _("添加参数模板"),
        "admin:catalog_attributetemplate_add",
        "catalog.add_attributetemplate",
    ),
    "catalog.orderform": Words(
        _("还没有商品"),
        _("添加商品后，可以在这里设置买家下单时要填写的内容。"),
        _("没有符合条件的商品"),
        *_ADD_PRODUCT,
    ),
    "jobs.job": Words(
        _("还没有导入或导出过"),
        _("在商品、订单等列表里可以导入和导出表格；结果会在这里保留七天。"),
        _("没有符合条件的记录"),
        _("去商品列表"),
        "admin:catalog_product_changelist",
        "catalog.view_product",
    ),
    "search.synonymgroup": Words(
        _("还没有同义词"),
        _("顾客和您的叫法不同时就搜不到，例如“番茄”和“西红柿”。把它们放在一组，搜哪个都能找到。"),
        _("没有符合条件的同义词"),
        _("添加同义词"),
        "admin:search_synonymgroup_add",
        "search.add_synonymgroup",
    ),
    "search.dictionaryword": Words(
        _("还没有专有词"),
        _("店里特有的名字（例如系列名）加在这里，搜索时就不会被拆开。"),
        _("没有符合条件的专有词"),
        _("添加专有词"),
        "admin:search_dictionaryword_add",
        "search.add_dictionaryword",
    ),
    "search.hotword": Words(
        _("还没有设置热搜词"),
        _("热搜词会自动按顾客的搜索排出来。想让某个词一直排在前面，或不让它出现，就在这里添加。"),
        _("没有符合条件的热搜词"),
        _("添加热搜词"),
        "admin:search_hotword_add",
        "search.add_hotword",
    ),
    "orders.order": Words(
        _("还没有订单"),
        _("买家下单后，订单会出现在这里。小程序客户端还没有推出，现在可以用接口下单。"),
        _("没有符合条件的订单"),
        _("查看接口文档"),
        "docs",
    ),
    "members.member": Words(
        _("还没有会员"),
        _("买家第一次登录小程序就成为会员，会出现在这里。先连接小程序。"),
        _("没有符合条件的会员"),
        _("连接小程序"),
        "admin:members_wechatapp_changelist",
        "members.change_wechatapp",
    ),
    "members.level": Words(
        _("还没有会员等级"),
        _("等级里的会员买什么都便宜一些，例如银卡 9.8 折、金卡 9.5 折。建好等级后，在会员页面里给会员设置。"),
        _("没有符合条件的会员等级"),
        _("添加会员等级"),
        "admin:members_level_add",
        "members.add_level",
    ),
    "ledgers.ledgerentry": Words(
        _("还没有积分变动"),
        _("会员得到、使用和退回的每一笔积分都会自动记在这里。先在店铺设置里打开积分。"),
        _("没有符合条件的积分变动"),
        _("店铺设置"),
        "admin:core_shopsettings_changelist",
        "core.change_shopsettings",
    ),
    "virtual.cardsecret": Words(
        _("还没有卡密"),
        _("卡密商品卖的是卡号、兑换码这类文字。导入后就有库存，买家付款后自动收到。"),
        _("没有符合条件的卡密"),
        _("导入卡密"),
        "admin:virtual_cardsecret_import",
        "virtual.add_cardsecret",
    ),
    "virtual.servicecode": Words(
        _("还没有核销码"),
        _("买家付款购买服务商品后，会得到一个 12 位核销码，到店时出示给您核销。新建商品时，商品类型选“服务商品”。"),
        _("没有符合条件的核销码"),
        *_ADD_PRODUCT,
    ),
    "virtual.serviceterms": Words(
        _("还没有服务规则"),
        _("没有规则的服务长期有效，未使用可退。需要有效期或别的退款规则时，为服务商品加一条规则。"),
        _("没有符合条件的服务规则"),
        _("添加服务规则"),
        "admin:virtual_serviceterms_add",
        "virtual.add_serviceterms",
    ),
    "inventory.stockitem": Words(
        _("还没有库存"),
        _("每个商品规格有一行库存。先添加商品，填上初始库存。"),
        _("没有符合条件的库存"),
        *_ADD_PRODUCT,
    ),
    "inventory.countsheet": Words(
        _("还没有盘点单"),
        _("盘点就是数一数货架上的实物，和账面比较，把差异记下来。"),
        _("没有符合条件的盘点单"),
        _("开始盘点"),
        "admin:inventory_countsheet_add",
        "inventory.add_countsheet",
    ),
    "inventory.stockmove": Words(
        _("还没有流水"),
        _("入库、调整、盘点、卖出和退回都会记在这里，每一笔都能查到。"),
        _("没有符合条件的流水"),
        _("去看库存"),
        "admin:inventory_stockitem_changelist",
        "inventory.view_stockitem",
    ),
    "inventory.reservation": Words(
        _("没有库存被占用"),
        _("买家下单后、付款前，商品为他留着；超时未付款会自动放回去。"),
        _("没有符合条件的占用"),
        _("去看库存"),
        "admin:inventory_stockitem_changelist",
        "inventory.view_stockitem",
    ),
    "payments.payment": Words(
        _("还没有收款"),
        _("买家付款后，每一笔钱都会记在这里。收款前先开通支付账户。"),
        _("没有符合条件的收款"),
        _("去看支付账户"),
        "admin:payments_account_changelist",
        "payments.view_account",
    ),
    "aftersale.aftersale": Words(
        _("还没有售后"),
        _("买家在小程序里申请退款后，申请会出现在这里，等您同意或拒绝。"),
        _("没有符合条件的售后"),
        *_TO_ORDERS,
    ),
    "payments.refund": Words(
        _("还没有退款"),
        _("退款在订单页面办理，办理后进度会显示在这里。"),
        _("没有符合条件的退款"),
        *_TO_ORDERS,
    ),
    "payments.account": Words(
        _("还没有支付账户"),
        _("没有支付账户，买家付不了款。添加时要填微信支付的商户号、密钥和证书，页面上有说明。"),
        _("没有符合条件的支付账户"),
        _("添加支付账户"),
        "admin:payments_account_add",
        "payments.add_account",
    ),
    "core.user": Words(
        _("还没有员工"),
        _("为一起看店的人各开一个账号，只给需要的权限；谁做了什么都有记录。"),
        _("没有符合条件的员工"),
        _("添加员工"),
        "admin:core_user_add",
        "core.add_user",
    ),
    "core.auditentry": Words(
        _("还没有操作记录"),
        _("您和员工在后台做的每一次修改都会自动记在这里，不用填写。"),
        _("没有符合条件的操作记录"),
    ),
}

# name of the page's URL → what a merchant should know there
HELP = {
    "catalog_product_changelist": _(
        "这里是店里的全部商品。点商品名可以修改；勾选几个再选“操作”，可以一起上架、下架、改价。"
        "移到回收站的商品买家看不到，还能恢复。"
    ),
    "catalog_product_import": _(
        "先下载模板，按列填好再上传。系统先检查一遍，告诉您会新增和修改什么，您确认以后才写入；"
        "有错误的行会标出原因，改好再传即可。"
    ),
    "orders_order_changelist": _(
        "“待发货”的订单已经付款，请尽快发货；“待付款”的到时间会自动取消。"
        "可以按订单号、手机号后四位或运单号查找。退款和改地址在订单页面里办理。"
    ),
    "aftersale_aftersale_changelist": _(
        "买家申请退款的商品。“待处理”的请点进去同意或拒绝：同意后款项原路退回，还没发出的商品放回库存；拒绝要写明原因，买家看得到。"
    ),
    "inventory_stockitem_changelist": _(
        "每个规格一行。“现有”是货架上的数量，“已占用”是有人下单还没付款的，可售 = 现有 − 已占用 − 安全库存。"
        "要改数量，点进去写明原因；所有变动在“库存流水”里。"
    ),
    "reviews_review_changelist": _(
        "买家确认收货后可以评价。可以回复每一条；隐藏要写原因，隐藏后买家看不到，以后还能再显示。"
    ),
    "pricing_freightrule_change": _(
        "一笔订单收一次运费。首件运费填 0 就是全国包邮；填了“满多少包邮”，订单达到这个金额就不收运费。"
    ),
    "payments_account_changelist": _(
        "买家付的钱进哪个商户号，由这里启用的账户决定，同一种支付方式只能启用一个。"
        "停用后买家马上不能付款，已经付的款仍可退款。"
    ),
    "search_searchcount_changelist": _(
        "这里是顾客最近搜过的词。“没有搜到”的词最要紧：给商品加关键词，或者加一组同义词，下次就能搜到。"
    ),
}


def help_of(request: HttpRequest) -> Any:
    """Return the help text of the page that is asked for; '' when it needs none."""
    match = request.resolver_match
    return HELP.get(match.url_name or "", "") if match else ""


def empty_state_of(request: HttpRequest, model: type[Model], *, is_filtered: bool) -> EmptyState:
    """Return what the empty list of a model shows to the user: the next step, or the way back to all rows."""
    words = words_of(model)
    if is_filtered:
        title = words.unmatched if words else _UNMATCHED
        return EmptyState(title, _("换个条件再找，或者查看全部。"), _("查看全部"), "?")
    if words is None:
        return EmptyState(_("这里还没有内容"))
    return EmptyState(words.empty, words.advice, words.action, _next_page(request, words))


def words_of(model: type[Model]) -> Words | None:
    """Return what the list of a model says while it is empty; a tool's AppConfig says it for its own."""
    if model._meta.label_lower in EMPTY:
        return EMPTY[model._meta.label_lower]
    config = apps.get_app_config(model._meta.app_label)
    found = config.words.get(model._meta.model_name or "") if isinstance(config, ToolConfig) else None
    return Words(*found) if found else None


def _next_page(request: HttpRequest, words: Words) -> str:
    if not words.page or (words.permission and not request.user.has_perm(words.permission)):
        return ""
    verb = words.permission.partition(".")[2].partition("_")[0]
    page = reverse(words.page)
    return page if verb in ("", "view") or may_write(page) else ""
