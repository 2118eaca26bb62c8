import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/**
 * Where a push may go. Browsers name the address, so anybody can name any: a service that only this machine, or its network, reaches
 * must not be asked for anything.
 */

const notPublic = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  notPublic.ipv4.addSubnet(network, bits, 'ipv4')
// Of IPv6 all but 2000::/3, and in that what leads back into IPv4 or nowhere.
for (const [network, bits] of [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  notPublic.ipv6.addSubnet(network, bits, 'ipv6')

/** Whether everybody can reach an IP address. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 0) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  return !notPublic[family].check(address, family)
}

/** Whether an address of the web may be one of a push service, as far as that shows without asking for its host. */
export function mayBePushService(endpoint: string, mayBePrivate: boolean): boolean {
  const url = URL.parse(endpoint)
  if (url?.protocol !== 'https:' || url.username || url.password) return false
  const host = hostOf(url)
  return mayBePrivate || (isIP(host) ? isPublicAddress(host) : host.includes('.'))
}

/** A host as a socket takes it: an IPv6 address without its brackets. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

/**
 * As dns.lookup, but for hosts with an address that not everybody can reach, which are not there. Asked by the connection itself, so a
 * name cannot mean another address by then.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '')
    const [first] = addresses
    if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
      return callback(new Error(`${hostname} is no host of the public network`), '')
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family)
  })
}
