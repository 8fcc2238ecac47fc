import t from 'tap'
import { createTokenCheck } from '../../../lib/access/token.ts'

const token = 'correct-horse:battery=staple'
const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`

/** Header text as node:http decodes it: Latin-1. */
const asReceived = (header: string) => Buffer.from(header).toString('latin1')

t.test('accepts the token raw, as Bearer and as the password of Basic', async t => {
  const isToken = createTokenCheck(token)
  const accepted = [
    token,
    `Bearer ${token}`,
    `bearer ${token}`,
    `BEARER  ${token}`,
    basic(`:${token}`),
    basic(`prometheus:${token}`),
    basic(`ünï cödé:${token}`),
    basic(`me:${token}`).replace('Basic', 'basic'),
    basic(`me:${token}`).replace('Basic', 'BASIC')
  ]
  for (const header of [...accepted, ...accepted]) t.ok(isToken(header), header)
})

t.test('accepts a token with accents in UTF-8 and in Latin-1', async t => {
  const isToken = createTokenCheck('pässwörd')
  t.ok(isToken(asReceived('pässwörd')), 'as curl sends it')
  t.ok(isToken('pässwörd'), 'as fetch sends it')
  t.ok(isToken(`Bearer ${'pässwörd'}`))
  t.notOk(isToken('passwort'))
  const isKey = createTokenCheck('schlüssel🔑')
  t.ok(isKey(asReceived('schlüssel🔑')))
  t.notOk(isKey(Buffer.from('schlüssel🔑', 'latin1').toString('latin1')), 'bytes that lost a character')
})

t.test('rejects everything else', async t => {
  const isToken = createTokenCheck(token)
  const refused = [
    '',
    ' ',
    'wrong',
    token.slice(0, -1),
    `${token}x`,
    token.toUpperCase(),
    `${token} ${token}`,
    'x'.repeat(100_000),
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    `Bearer${token}`,
    `Bearer ${token} x`,
    `Token ${token}`,
    'Basic',
    'Basic ???',
    `Basic ${token}`,
    basic(''),
    basic(':'),
    basic(`${token}:`),
    basic(`${token}:x`),
    basic(`me:${token}x`),
    basic(`me:x:${token}`)
  ]
  for (const header of [...refused, ...refused]) t.notOk(isToken(header), header.slice(0, 50))
  t.notOk(isToken(undefined))
})

t.test('compares a token outside Latin-1 by its UTF-8 bytes', async t => {
  const isToken = createTokenCheck('pässwörd-🔑')
  for (const header of ['pässwörd-🔑', 'Bearer pässwörd-🔑', basic('me:pässwörd-🔑')]) {
    t.ok(isToken(asReceived(header)), header)
  }
  t.notOk(isToken(asReceived('password-🔑')))
})

t.test('accepts a raw token that looks like a scheme and credentials', async t => {
  t.ok(createTokenCheck('Bearer')('Bearer'))
  t.ok(createTokenCheck('Basic')('Bearer Basic'))
})

t.test('accepts a token with a byte that is a space in Latin-1', async t => {
  const check = createTokenCheck('voilà') // its bytes are C3 A0, and A0 is a no-break space in Latin-1
  const sent = Buffer.from('voilà').toString('latin1')
  t.ok(check(sent))
  t.ok(check(`Bearer ${sent}`))
})
