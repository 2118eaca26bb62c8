/** Profiles stand near the beginning of a file, except in a PNG, which packs them. */
const head = 256 * 1024

/**
 * The colour space in which the server works on a photo: Display P3 for those whose profile has a red that sRGB does not have, as phones
 * take them. The same figures mean another colour in each, so both sides have to agree.
 */
export async function colourSpaceOf(file: Blob): Promise<PredefinedColorSpace> {
  const bytes = new Uint8Array(await file.slice(0, head).arrayBuffer())
  return isWide(bytes) ? 'display-p3' : 'srgb'
}

function isWide(bytes: Uint8Array): boolean {
  const entry = indexOf(bytes, 'rXYZ')
  // Of the profile, from whose beginning entries of its table count: its signature is 36 bytes in.
  const profile = indexOf(bytes, 'acsp') - 36
  if (entry < 0 || profile < 0 || entry + 8 > bytes.length) return false
  const view = new DataView(bytes.buffer)
  const at = profile + view.getUint32(entry + 4) + 8
  // X of red: 0.436 in sRGB, 0.515 in Display P3.
  return at + 4 <= bytes.length && Math.abs(view.getInt32(at) / 65_536 - 0.436) >= 0.003
}

function indexOf(bytes: Uint8Array, word: string): number {
  const codes = [...word].map((letter) => letter.charCodeAt(0))
  return bytes.findIndex((_, at) => codes.every((code, index) => bytes[at + index] === code))
}
