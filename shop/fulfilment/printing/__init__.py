"""Papers of the warehouse: picking list and delivery notes, as content and as PDF."""

from shop.fulfilment.printing.content import DeliveryNote, NoteLine, Pick, note_of, picks_of
from shop.fulfilment.printing.delivery_notes import delivery_notes_pdf
from shop.fulfilment.printing.picking_list import picking_list_pdf

__all__ = [
    "DeliveryNote",
    "NoteLine",
    "Pick",
    "delivery_notes_pdf",
    "note_of",
    "picking_list_pdf",
    "picks_of",
]
