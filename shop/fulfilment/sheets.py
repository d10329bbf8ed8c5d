"""Shipping with a spreadsheet: what waits to be shipped goes out, tracking numbers come back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, cast

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.core import audit
from shop.core.errors import ShopError
from shop.core.sheets import Cell, Marked, Sheet, read_sheet, write_xlsx
from shop.fulfilment.carriers import CHOICES, carrier_code
from shop.fulfilment.models import Package
from shop.fulfilment.services import ship
from shop.jobs.kinds import Outcome, Progress
from shop.jobs.models import Job
from shop.orders.models import Order

# Titles are part of the file's format: they stay Chinese whatever the reader's language.
NUMBER, CARRIER, TRACKING, CODE, UNITS = "订单号", "快递公司", "运单号", "只发这个 SKU", "数量"
COLUMNS = (
    *(NUMBER, "下单时间", "商品", "件数", "收货人", "手机", "地址", "买家留言", "商家备注"),
    *(CARRIER, TRACKING, CODE, UNITS),
)
MOST_ROWS = 1000
AT_ONCE_ROWS = 100  # shipped before the answer; more are left to a worker

Contact = Callable[[Order], tuple[str, str, str]]


class Result(StrEnum):
    """What became of a row."""

    SHIPPED = "SHIPPED"
    ALREADY = "ALREADY"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a tracking number."""

    line: int
    number: str
    carrier: str
    tracking_number: str
    code: str
    units: str


@dataclass(frozen=True, slots=True)
class RowResult:
    """A row, what became of it, and why."""

    row: Row
    result: Result
    text: str


def sheet_to_ship(orders: Iterable[Order], contact: Contact) -> bytes:
    """Return XLSX with a row per order that waits; `contact` says what its reader may see of the buyer."""
    return write_xlsx(COLUMNS, (_row_of(order, contact) for order in orders))


def _row_of(order: Order, contact: Contact) -> Sequence[Cell]:
    lines = [line for line in order.lines.all() if line.units_left > 0]
    goods = "；".join(f"{line.title} {line.options}（{line.sku_code}）× {line.units_left}" for line in lines)
    placed = timezone.localtime(order.created_at).strftime("%Y-%m-%d %H:%M")
    units = sum(line.units_left for line in lines)
    said = (order.remark, order.staff_remark)
    return (order.number, placed, goods, units, *contact(order), *said, "", "", "", "")


def open_sheet(file: BinaryIO, name: str) -> Sheet:
    """Return the sheet of an uploaded file; ShopError `file_invalid` when it lacks a needed column."""
    sheet = read_sheet(file, name, most_rows=MOST_ROWS)
    if missing := [title for title in (NUMBER, CARRIER, TRACKING) if title not in sheet.columns]:
        text = _("文件里缺少这些列：%(titles)s。请用本页下载的表格填写") % {"titles": "、".join(missing)}
        raise ShopError("file_invalid", text)
    return sheet


def rows_of(sheet: Sheet) -> list[Row]:
    """Return the rows in which a carrier or a tracking number was filled in."""
    found = []
    for line, cells in sheet:
        values = [cells.get(title, "").strip() for title in (NUMBER, CARRIER, TRACKING, CODE, UNITS)]
        if values[1] or values[2]:
            found.append(Row(line, *values))
    return found


def ship_rows(rows: Sequence[Row], *, actor: str, progress: Progress = lambda done, total: None) -> list[RowResult]:
    """Ship what the rows say and return what became of each; a wrong row stops no other, a repeated one does nothing.

    Rows of one order with one tracking number are one package.
    """
    orders = {order.number: order for order in Order.objects.filter(number__in={row.number for row in rows})}
    results: list[RowResult] = []
    for parcel in _parcels(rows):
        result, text = _ship_parcel(orders.get(parcel[0].number), parcel, actor)
        results += [RowResult(row, result, text) for row in parcel]
        progress(len(results), len(rows))
    return sorted(results, key=lambda result: result.row.line)


def _parcels(rows: Sequence[Row]) -> Iterator[list[Row]]:
    parcels: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        parcels.setdefault((row.number, carrier_code(row.carrier) or row.carrier, row.tracking_number), []).append(row)
    yield from parcels.values()


def _ship_parcel(order: Order | None, rows: Sequence[Row], actor: str) -> tuple[Result, str]:
    first = rows[0]
    if order is None:
        return Result.REFUSED, _("没有这个订单")
    carrier = carrier_code(first.carrier)
    if not carrier:
        return Result.REFUSED, _unknown(first.carrier)
    known = Package.objects.filter(order=order, carrier=carrier, tracking_number=first.tracking_number)
    if known.exists():
        return Result.ALREADY, _("已发货")
    try:
        with transaction.atomic():
            lines = _lines_of(order, rows)
            ship(order, lines, carrier=carrier, tracking_number=first.tracking_number, actor=actor)
            after = {"packages": [first.tracking_number]}
            audit.record(actor=actor, action="order.ship", target=order, after=after)
    except ShopError as error:
        # Somebody else may have shipped the very same parcel in the meantime.
        return (Result.ALREADY, _("已发货")) if known.exists() else (Result.REFUSED, str(error.message))
    return Result.SHIPPED, _("发货成功")


def _unknown(carrier: str) -> str:
    names = "、".join(str(name) for _code, name in CHOICES)
    if not carrier:
        return _("没有填快递公司，可填：%(names)s") % {"names": names}
    return _("不认识“%(carrier)s”，可填：%(names)s") % {"carrier": carrier[:40], "names": names}


def _lines_of(order: Order, rows: Sequence[Row]) -> Mapping[int, int] | None:
    """Return order line pk → units of the rows; None when they mean everything that is left."""
    if len(rows) == 1 and not rows[0].code and not rows[0].units:
        return None
    lines = {line.sku_code: line.pk for line in order.lines.all()}
    units: dict[int, int] = {}
    for row in rows:
        if row.code not in lines:
            raise ShopError("line_unknown", _("订单里没有 SKU“%(code)s”") % {"code": row.code[:40]})
        if not row.units.isascii() or not row.units.isdecimal() or len(row.units) > 6:
            raise ShopError("units_invalid", _("“数量”请填整数"))
        units[lines[row.code]] = units.get(lines[row.code], 0) + int(row.units)
    return units


def run_ship_sheet(job: Job, progress: Progress) -> Outcome:
    """Run an uploaded sheet as a job; the report counts and lists the rows, the file repeats them."""
    with storages["private"].open(job.upload) as file:
        rows = rows_of(open_sheet(cast(BinaryIO, file), job.upload_name))
    actor = job.user.get_username() if job.user else "system"
    results = ship_rows(rows, actor=actor, progress=progress)
    counts = {result.value.lower(): sum(one.result == result for one in results) for result in Result}
    listed = [[one.row.line, one.row.number, one.row.tracking_number, one.result.value, one.text] for one in results]
    return Outcome(report={**counts, "rows": listed}, file=_result_file(results), file_name=_("发货结果.xlsx"))


def _result_file(results: Sequence[RowResult]) -> bytes:
    rows = [(one.row.line, one.row.number, one.row.carrier, one.row.tracking_number, _marked(one)) for one in results]
    return write_xlsx(("行号", NUMBER, CARRIER, TRACKING, "结果"), rows)


def _marked(one: RowResult) -> Cell:
    return Marked(one.text) if one.result == Result.REFUSED else one.text
