import sharp, { type Sharp } from 'sharp'

/** Pictures for tests, made by code. */

export type Format = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff'

/** A picture whose left half is red and whose right half is blue, so that one can tell how it was turned. */
export function redAndBlue(width = 1200, height = 900): Sharp {
  const half = Math.floor(width / 2)
  return sharp({ create: { width, height, channels: 3, background: '#0000ff' } }).composite([
    { input: { create: { width: half, height, channels: 3, background: '#ff0000' } }, left: 0, top: 0 },
  ])
}

export async function picture(format: Format = 'jpeg', width = 1200, height = 900): Promise<Buffer> {
  return redAndBlue(width, height).toFormat(format).toBuffer()
}

/** A JPEG that says where and by whom it was taken, and that it lies on its side (orientation 6: turn right). */
export async function pictureWithSecrets(): Promise<Buffer> {
  return redAndBlue(1200, 900)
    .jpeg()
    .withExif({
      IFD0: { Make: 'SecretCamera', Artist: 'SecretName' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '52/1 31/1 12/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '13/1 24/1 18/1',
      },
    })
    .withXmp(
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="SecretXmp"/></rdf:RDF></x:xmpmeta>',
    )
    .withMetadata({ orientation: 6 })
    .toBuffer()
}

let pictures = 0

/** A small JPEG, and no two of them the same: to be asked about a photo that was shared before, one has to share it twice. */
export function newPicture(width = 64, height = 48): Promise<Buffer> {
  pictures += 1
  return sharp({
    create: { width, height, channels: 3, background: { r: pictures % 256, g: 90, b: (pictures >> 8) % 256 } },
  })
    .jpeg()
    .withExif({ IFD0: { ImageDescription: `picture ${pictures}` } })
    .toBuffer()
}
