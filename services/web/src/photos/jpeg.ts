import { fileName, renditionUrl } from '../media/renditions.ts'
import type { Photo, Ready } from './service.ts'

/** A picture as other sites and programs take it: JPEG is what they all know. */
export interface Jpeg {
  path: string
  width: number
  height: number
}

/** The renditions of a photo that are JPEGs, narrowest first; none of one that is not ready. */
export function jpegsOf(photo: Photo): Jpeg[] {
  return photo.state === 'ready' ? photo.renditionWidths.map((width) => jpeg(photo, width)) : []
}

/** The one for a place as wide as a feed; undefined for a photo that is not ready. */
export function feedJpegOf(photo: Photo): Jpeg | undefined {
  const jpegs = jpegsOf(photo)
  return jpegs.find(({ width }) => width >= 1080) ?? jpegs.at(-1)
}

function jpeg(photo: Ready, width: number): Jpeg {
  const path = renditionUrl(photo.renditionKey, fileName('whole', width, 'jpg'))
  return { path, width, height: Math.max(1, Math.round((photo.height * width) / photo.width)) }
}
