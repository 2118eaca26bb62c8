import { inflateRawSync } from 'node:zlib'

/** The files of a zip, by their names, as its table of contents has them; with zip64 it does not bother. */
export function unzip(zip: Buffer): Map<string, { content: Buffer; isPacked: boolean }> {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0) throw new Error('that is no whole zip')
  const files = new Map<string, { content: Buffer; isPacked: boolean }>()
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const isPacked = zip.readUInt16LE(at + 10) === 8
    const packedBytes = zip.readUInt32LE(at + 20)
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const local = zip.readUInt32LE(at + 42)
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes)
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const packed = zip.subarray(begin, begin + packedBytes)
    files.set(name, { content: isPacked ? inflateRawSync(packed) : packed, isPacked })
    at += 46 + nameBytes + extraBytes + commentBytes
  }
  return files
}
