import { readFile } from 'node:fs/promises'
import sharp from 'sharp'

/**
 * Decodes HEIC, which sharp's libvips cannot: its decoder, of HEVC, is not part of the prebuilt one. libheif in WebAssembly has it.
 * @param input a file of which sharp has read the header: its size has been judged
 * @param widest pixels across that are needed; no more are given
 * @returns a PNG that stands upright, without the profile
 */
export async function decodeHeic(input: string, widest: number): Promise<Buffer> {
  const pixels = await decode(await readFile(input))
  return sharp(pixels.data, { raw: { width: pixels.width, height: pixels.height, channels: 4 } })
    .resize({ width: widest, withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .png({ compressionLevel: 0 })
    .toBuffer()
}

async function decode(file: Buffer): Promise<{ data: Uint8ClampedArray; width: number; height: number }> {
  // Two megabytes, so only when there is need. Its complaints go to the console, where they would break the log.
  console.log = () => {}
  const { default: libheif } = await import('libheif-js/wasm-bundle.js')
  const decoder = new libheif.HeifDecoder()
  const images = decoder.decode(file)
  try {
    const image = images.find((one) => one.is_primary()) ?? images[0]
    if (!image) throw new Error('the HEIC holds no picture')
    const [width, height] = [image.get_width(), image.get_height()]
    const data = new Uint8ClampedArray(width * height * 4)
    await new Promise<void>((resolve, reject) => {
      image.display({ data, width, height }, (done) => {
        if (done) resolve()
        else reject(new Error('the HEIC is damaged'))
      })
    })
    return { data, width, height }
  } finally {
    for (const image of images) image.free()
    // The decoder has no way of its own to give back its copy of the file.
    libheif.heif_context_free(decoder.decoder)
  }
}
