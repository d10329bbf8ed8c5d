/** What shoppers ask most; true for every shop. */
module.exports = [
  { key: 'delivery', question: '什么时候发货，怎么看物流？', answer: '付款后由商家安排发货。发货后在“我的订单”里打开订单，可以看到快递公司和单号，并可复制单号查询。' },
  { key: 'refund', question: '怎么申请退款？', answer: '打开订单，在商品旁点“申请售后”，选好数量和原因后提交。商家同意后，款项按原支付方式退回。' },
  { key: 'invoice', question: '可以开发票吗？', answer: '请联系商家，说明订单号和发票抬头，由商家为您处理。' },
  { key: 'contact', question: '怎么联系商家？', answer: '在“我的”页面拨打客服电话。说出订单号，商家能更快帮到您。' }
]
