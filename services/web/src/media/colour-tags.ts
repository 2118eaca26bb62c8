import { open } from 'node:fs/promises'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/**
 * Colour spaces told by four numbers rather than by a profile (ITU-T H.273, "coding-independent code points"), as some phones and
 * encoders do. libvips hands on profiles only, so such a photo would be taken for sRGB.
 */

// Primaries of SMPTE EG 432-1, and the curve of sRGB.
const displayP3 = { primaries: 12, transfer: 13 }

/** Both formats tell before the picture begins; what stands in front is small, but for a profile, which would tell as well. */
const headBytes = 64 * 1024

/** Whether a file says by code points that it is in Display P3. */
export async function isCodedAsDisplayP3(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    const head = buffer.subarray(0, bytesRead)
    const points = head.readUInt32BE(0) === 0x89504e47 ? pngPoints(head) : heifPoints(head)
    return points?.primaries === displayP3.primaries && points.transfer === displayP3.transfer
  } finally {
    await file.close()
  }
}

interface CodePoints {
  primaries: number
  transfer: number
}

/** The chunk cICP, which stands before the pixels: https://www.w3.org/TR/png-3/#cICP-chunk */
function pngPoints(head: Buffer): CodePoints | undefined {
  for (let at = 8; at + 12 <= head.length; at += 12 + head.readUInt32BE(at)) {
    const kind = head.toString('latin1', at + 4, at + 8)
    if (kind === 'IDAT') return undefined
    if (kind === 'cICP') return { primaries: head.readUInt8(at + 8), transfer: head.readUInt8(at + 9) }
  }
  return undefined
}

/** The box colr of type nclx (ISO/IEC 14496-12), wherever it lies among the properties: no other text looks like this one. */
function heifPoints(head: Buffer): CodePoints | undefined {
  const at = head.indexOf('colrnclx', 0, 'latin1')
  if (at < 0 || at + 12 > head.length) return undefined
  return { primaries: head.readUInt16BE(at + 8), transfer: head.readUInt16BE(at + 10) }
}

/** The profile of Display P3 that sharp brings. */
export async function displayP3Profile(): Promise<Buffer | undefined> {
  const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
  const { icc } = await sharp(await dot.withIccProfile('p3').tiff({ compression: 'none' }).toBuffer()).metadata()
  return icc
}

const pngHeaderBytes = 8 + 25

/** Puts a colour profile into a PNG, behind its header (https://www.w3.org/TR/png-3/#11iCCP); sharp can only convert to one. */
export function withProfile(png: Buffer, icc: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('iCCPICC\0\0', 'latin1'), deflateSync(icc)])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length - 4)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([png.subarray(0, pngHeaderBytes), length, body, checksum, png.subarray(pngHeaderBytes)])
}
