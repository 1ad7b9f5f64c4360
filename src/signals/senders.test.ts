import { describe, expect, it } from 'vitest'
import { AddressList, clientAddress, maySend, readAddressList, TRADINGVIEW_SENDERS } from './senders.ts'

const list = (...entries: string[]): AddressList => {
  const read = readAddressList(entries, 'x')
  if (!read.ok) throw new Error(JSON.stringify(read.errors))
  return read.list
}

describe('allowed senders', () => {
  it('any lets everybody in, tradingview its four addresses alone', () => {
    expect(maySend('any', '203.0.113.5')).toBe(true)
    for (const address of TRADINGVIEW_SENDERS) {
      expect(maySend('tradingview', address)).toBe(true)
      expect(maySend('tradingview', `::ffff:${address}`)).toBe(true)
    }
    for (const address of ['52.89.214.239', '::1', '2001:db8::1', '', 'tradingview.com']) expect(maySend('tradingview', address)).toBe(false)
  })

  it.each([
    ['203.0.113.0/24', '203.0.113.255', true], ['203.0.113.0/24', '203.0.114.0', false], ['203.0.113.7', '203.0.113.7', true], ['203.0.113.7', '203.0.113.8', false],
    ['0.0.0.0/0', '8.8.8.8', true], ['0.0.0.0/0', '2001:db8::1', false], ['2001:db8::/32', '2001:db8:1::5', true], ['2001:db8::/32', '2001:db9::5', false],
    ['203.0.113.0/24', '::ffff:203.0.113.9', true], ['::ffff:203.0.113.0/120', '203.0.113.9', true], ['::ffff:203.0.113.0/120', '203.0.114.9', false], ['::/0', '203.0.113.9', false],
  ])('%s and %s: %s', (entry, address, allowed) => expect(maySend([entry], address)).toBe(allowed))

  it.each(['203.0.113.0/33', '203.0.113', '2001:db8::/129', 'example.com', '', '203.0.113.0/', '203.0.113.0/24/8', '0x7f.1', '010.0.0.1/8', '10.1', '203.0.113.0/-1', '1'])('%j is an error with its place', (entry) => {
    const read = readAddressList(['10.0.0.0/8', entry], 'allowedSenders')
    expect(read).toMatchObject({ ok: false, errors: [{ path: 'allowedSenders.1' }] })
    expect(maySend([entry, '0.0.0.0/0'], '8.8.8.8')).toBe(false)
  })

  it('has a limit', () => {
    expect(readAddressList(Array.from({ length: 101 }, () => '10.0.0.1'), 'x').ok).toBe(false)
  })
})

describe('clientAddress', () => {
  const proxies = list('10.0.0.0/8', '127.0.0.1', '::1')
  it.each<[string, string | undefined, string, string]>([
    ['203.0.113.5', '198.51.100.1', '203.0.113.5', 'a stranger is not believed'],
    ['10.0.0.1', '198.51.100.1', '198.51.100.1', 'our proxy is'],
    ['10.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1', 'what stands further left is the sender\'s own word'],
    ['10.0.0.1', '198.51.100.1, 10.0.0.2', '198.51.100.1', 'a chain of our proxies is walked'],
    ['10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3', 'a request from within our own network'],
    ['10.0.0.1', undefined, '10.0.0.1', 'no header'],
    ['10.0.0.1', '', '10.0.0.1', 'an empty header'],
    ['10.0.0.1', 'unknown', '10.0.0.1', 'no address'],
    ['10.0.0.1', '198.51.100.1, garbage', '10.0.0.1', 'garbage hides what is left of it'],
    ['10.0.0.1', '198.51.100.1, garbage, 10.0.0.2', '10.0.0.2', 'garbage behind our proxy'],
    ['::ffff:10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1', 'IPv4 in IPv6'],
    ['::1', '[2001:db8::5]:443', '2001:db8::5', 'IPv6 with port'],
    ['127.0.0.1', '198.51.100.1:5555', '198.51.100.1', 'IPv4 with port'],
  ])('%s with %s: %s (%s)', (remote, header, expected) => {
    expect(clientAddress(remote, header, proxies)).toBe(expected)
    if (header !== undefined) expect(clientAddress(remote, [header], proxies)).toBe(expected)
  })

  it('believes nobody where no proxy is trusted', () => {
    expect(clientAddress('127.0.0.1', '198.51.100.1', list())).toBe('127.0.0.1')
  })
})
