import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.map': 'application/json',
}
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src * data: blob:; connect-src 'self'"
const NAMES = [
  ['铁观音 250g', '茶叶', 8800, 12800],
  ['凤凰单丛 100g', '茶叶', 16800, 0],
  ['绿豆糕礼盒', '点心', 3990, 4990],
  ['桃酥', '点心', 1990, 0],
  ['白毫银针 50g', '茶叶', 29900, 39900],
  ['核桃酥', '点心', 2590, 2990],
]
const PRODUCTS = NAMES.map(([name, cat, price, was], index) => ({
  id: index + 1,
  name,
  cat,
  price,
  was,
  ts: 1_700_000_000_000 + index * 86_400_000,
  image: `/picture/${index}.svg`,
  images: ['a', 'b', 'c'].map((part) => `/picture/${index}${part}.svg`),
  html: `<p>产地 <b>安溪</b></p><script>window.pwned=1</script><p onclick="window.pwned=1">${name}的介绍</p><img src="data:," onerror="window.pwned=1">`,
}))

/**
 * A small shop and the built bundle on one origin, with the strict policy a server would send.
 * @param {string} folder @param {any} config fills #mp-config
 * @returns {Promise<{ url: string, payments: any[], close: () => void }>}
 */
export async function startFixtureServer(folder, config) {
  const state = { orders: [], payments: [] }
  const server = http.createServer((request, response) => answer(request, response, { folder, config, state }))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    payments: state.payments,
    close: () => server.close() && server.closeAllConnections(),
  }
}

async function answer(request, response, { folder, config, state }) {
  const url = new URL(request.url, 'http://127.0.0.1')
  response.setHeader('Content-Security-Policy', POLICY)
  if (url.pathname.startsWith('/picture/')) return send(response, 200, 'image/svg+xml', picture(url.pathname))
  if (url.pathname.startsWith('/api/')) {
    const [status, body] = await callApi(request, url, state)
    return send(response, status, 'application/json', JSON.stringify(body))
  }
  return sendFile(response, folder, url.pathname, config)
}

async function callApi(request, url, state) {
  if (url.pathname === '/api/files') return [201, { bytes: (await readAll(request)).length }]
  const body = request.method === 'POST' ? JSON.parse(await readAll(request)) : null
  const route = `${request.method} ${url.pathname}`
  const authorized = request.headers.authorization?.startsWith('Bearer token-')
  const cat = url.searchParams.get('cat')
  if (route === 'GET /api/home')
    return [200, { banners: [1, 2, 3].map((id) => ({ id, image: `/picture/banner${id}.svg` })) }]
  if (route === 'GET /api/products')
    return [200, { results: PRODUCTS.filter((item) => cat === '全部' || item.cat === cat) }]
  if (route.startsWith('GET /api/products/')) return [200, PRODUCTS[Number(url.pathname.split('/').pop()) - 1]]
  if (route === 'GET /api/orders') return authorized ? [200, { results: state.orders }] : [401, {}]
  if (route === 'POST /api/login') return [200, { token: 'token-' + body.code, user: { name: '会员 ' + body.code } }]
  if (route === 'POST /api/payments') return [200, (state.payments.push(body), {})]
  if (route === 'POST /api/orders') return [201, addOrder(state, body)]
  return [404, {}]
}

function addOrder(state, body) {
  const no = `NO${String(state.orders.length + 1).padStart(6, '0')}`
  const order = { ...body, no, name: PRODUCTS[body.product - 1].name, receiver: body.name, prepay: 'prepay_id=' + no }
  state.orders.unshift(order)
  return order
}

function sendFile(response, folder, pathname, config) {
  const file = path.join(folder, path.normalize(pathname === '/' ? '/index.html' : pathname))
  if (!fs.existsSync(file)) return send(response, 404, 'text/plain', '')
  const content = fs.readFileSync(file)
  const json = JSON.stringify(config).replace(/</g, '\\u003c')
  const filled = file.endsWith('index.html')
    ? String(content).replace('id="mp-config">{}<', () => `id="mp-config">${json}<`)
    : content
  return send(response, 200, TYPES[path.extname(file)] || 'application/octet-stream', filled)
}

function send(response, status, type, body) {
  response.writeHead(status, { 'Content-Type': type })
  response.end(body)
}

async function readAll(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

function picture(name) {
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0) * 37, 0) % 360
  return `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><rect width="300" height="300" fill="hsl(${hue} 60% 80%)"/></svg>`
}
