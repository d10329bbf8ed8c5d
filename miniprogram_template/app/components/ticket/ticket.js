/** A coupon; the slot is for what can be done with it. */
Component({
  properties: {
    /** As utils/tickets paints it: { face, title, rule, when, left }. */
    coupon: { type: Object, value: {} },
    /** Whether it is of no use any more. */
    off: { type: Boolean, value: false }
  }
})
