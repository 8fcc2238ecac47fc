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
  for (const header of [...accepted, ...accepted]) t.equal(isToken(header), true, header)
})

t.test('accepts a token with accents in UTF-8 and in Latin-1', async t => {
  const isToken = createTokenCheck('pässwörd')
  t.equal(isToken(asReceived('pässwörd')), true, 'as curl sends it')
  t.equal(isToken('pässwörd'), true, 'as fetch sends it')
  t.equal(isToken(`Bearer ${'pässwörd'}`), true)
  t.equal(isToken('passwort'), false)
  const isKey = createTokenCheck('schlüssel🔑')
  t.equal(isKey(asReceived('schlüssel🔑')), true)
  t.equal(isKey(Buffer.from('schlüssel🔑', 'latin1').toString('latin1')), false, 'bytes that lost a character')
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
  for (const header of [...refused, ...refused]) t.equal(isToken(header), false, header.slice(0, 50))
  t.equal(isToken(undefined), false)
})

t.test('compares a token outside Latin-1 by its UTF-8 bytes', async t => {
  const isToken = createTokenCheck('pässwörd-🔑')
  for (const header of ['pässwörd-🔑', 'Bearer pässwörd-🔑', basic('me:pässwörd-🔑')]) {
    t.equal(isToken(asReceived(header)), true, header)
  }
  t.equal(isToken(asReceived('password-🔑')), false)
})

t.test('accepts a raw token that looks like a scheme and credentials', async t => {
  t.equal(createTokenCheck('Bearer')('Bearer'), true)
  t.equal(createTokenCheck('Basic')('Bearer Basic'), true)
})

t.test('accepts a token with a byte that is a space in Latin-1', async t => {
  const check = createTokenCheck('voilà') // its bytes are C3 A0, and A0 is a no-break space in Latin-1
  const sent = Buffer.from('voilà').toString('latin1')
  t.ok(check(sent))
  t.ok(check(`Bearer ${sent}`))
})
