"""Papers of the warehouse: what they say, and (`delivery_notes`, `picking_list`) how they become PDF.

The two are not imported here: the PDF library takes 35 MB of every process that loads it.
"""

from shop.fulfilment.printing.content import DeliveryNote, NoteLine, Pick, note_of, picks_of

__all__ = [
    "DeliveryNote",
    "NoteLine",
    "Pick",
    "note_of",
    "picks_of",
]
