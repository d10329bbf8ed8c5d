import assert from 'node:assert/strict'
import test from 'node:test'
import media from '../../app/utils/media.js'

const API = 'https://api.example.cn/s/abc/api/v1'

test('an address of the shop gets the host of the API', () => {
  assert.deepEqual(media.absolute({ cover: '/s/abc/media/u/p/1.webp', tags: [{ picture: '/media/2.jpg' }] }, API), {
    cover: 'https://api.example.cn/s/abc/media/u/p/1.webp',
    tags: [{ picture: 'https://api.example.cn/media/2.jpg' }]
  })
})

test('pictures in rich text get it too, each of them', () => {
  assert.equal(
    media.absolute('<p>a</p><img src="/s/abc/media/1.webp"><img alt="x" src="/s/abc/media/2.webp">', API),
    '<p>a</p><img src="https://api.example.cn/s/abc/media/1.webp"><img alt="x" src="https://api.example.cn/s/abc/media/2.webp">'
  )
})

test('everything else stays as it is', () => {
  const answer = { price: 100, none: null, on: true, url: 'https://cdn.example.cn/media/1.webp', text: '/pages/home/home', list: [1, 'a'] }
  assert.deepEqual(media.absolute(answer, API), answer)
  assert.equal(media.absolute(undefined, API), undefined)
})
