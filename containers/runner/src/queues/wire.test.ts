import { expect, test } from 'vitest'
import { readOutgoing, Refused } from './wire.ts'

const NO_BODY = Buffer.alloc(0)

function batchOf(...messages: object[]): Buffer {
  return Buffer.from(JSON.stringify({ messages }))
}

test('reads a message with its content type and delay', () => {
  const headers = { 'x-msg-fmt': 'json', 'x-msg-delay-secs': '30' }
  const [outgoing] = readOutgoing('/message', headers, Buffer.from('{"a":1}'))
  expect(outgoing).toMatchObject({ delaySeconds: 30, message: { format: 'json', failures: 0 } })
  expect(outgoing?.message.body.toString()).toBe('{"a":1}')
})

test('takes a message without a content type for the serialisation of the runtime', () => {
  expect(readOutgoing('/message', {}, NO_BODY)[0]?.message.format).toBe('v8')
})

test('reads a batch whose messages have delays of their own, or that of the batch', () => {
  const body = batchOf(
    { contentType: 'json', body: Buffer.from('1').toString('base64') },
    { contentType: 'text', body: Buffer.from('two').toString('base64'), delaySecs: 0 },
  )
  const outgoing = readOutgoing('/batch', { 'x-msg-delay-secs': '9' }, body)
  expect(outgoing.map(({ delaySeconds }) => delaySeconds)).toEqual([9, 0])
  expect(outgoing.map(({ message }) => message.body.toString())).toEqual(['1', 'two'])
})

test('gives each message an id of its own', () => {
  const message = { contentType: 'json', body: '' }
  const ids = readOutgoing('/batch', {}, batchOf(message, message)).map((out) => out.message.id)
  expect(new Set(ids).size).toBe(2)
})

test.each([
  ['a message that is too large', '/message', {}, Buffer.alloc(128_001)],
  ['a batch that is too large', '/batch', {}, batchOf(...tooMuch())],
  ['a batch of too many', '/batch', {}, batchOf(...Array.from({ length: 101 }, () => small()))],
  ['an unknown content type', '/message', { 'x-msg-fmt': 'xml' }, NO_BODY],
  ['a delay of more than a day', '/message', { 'x-msg-delay-secs': '86401' }, NO_BODY],
  ['a delay that is no number', '/message', { 'x-msg-delay-secs': 'soon' }, NO_BODY],
])('refuses %s', (_, path, headers, body) => {
  expect(() => readOutgoing(path, headers, body)).toThrow(Refused)
})

function small() {
  return { contentType: 'json', body: '' }
}

function tooMuch() {
  const body = Buffer.alloc(100_000).toString('base64')
  return [1, 2, 3].map(() => ({ contentType: 'bytes', body }))
}
