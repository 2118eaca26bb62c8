import { z } from 'zod'
import { idempotencyKey } from '../http/idempotency-key.ts'
import { givenId } from '../http/paging.ts'
import { checkbox, lineField, textField } from '../http/text.ts'
import { phrase, say } from '../language/say.ts'
import type { Edits } from '../media/edits/edits.ts'
import { readEdits } from './edits-input.ts'

export const mostPhotos = 20
export const mostCaptionCharacters = 2200
export const mostAltCharacters = 1500

/** Who sees a post, by the names that Mastodon's API has for it; `private` is followers. */
export const visibilities = ['public', 'unlisted', 'private', 'direct'] as const
export type Visibility = (typeof visibilities)[number]

/** What an author says of a post. */
export const postFields = z.object({
  caption: textField(phrase('A caption'), mostCaptionCharacters).default(''),
  place: lineField(phrase('A place'), 100).default(''),
  visibility: z
    .enum(visibilities, { error: () => say('Who sees it is one of public, unlisted, private (followers) and direct.') })
    .default('public'),
  commentsOff: checkbox,
  sensitive: checkbox,
  contentWarning: lineField(phrase('A warning'), 500).default(''),
})
export type PostFields = z.output<typeof postFields>

export const uploadInput = postFields.extend({
  draft: checkbox,
  idempotencyKey,
})

const altText = textField(phrase('A description'), mostAltCharacters)
const place = z.coerce.number().int().min(1).max(mostPhotos)
// As precisely as a picture of a thousand pixels can be looked at, and no number that is too small for the table.
const fraction = z.coerce
  .number()
  .min(0)
  .max(1)
  .transform((value) => Math.round(value * 1000) / 1000)

export interface PhotoFields {
  id: string
  altText: string
  focal: { x: number; y: number }
  edits: Edits | null
}

/**
 * What an author says of the photos of a post, in the order that they are to have. A form has `alt-<id>`, `order-<id>`, `focal-<id>` and
 * `edits-<id>` for each; what it leaves out stays as it is.
 * @param photos as they are now
 * @returns the fields, or the complaint about each field that will not do
 */
export function readPhotoFields(
  photos: readonly PhotoFields[],
  given: Readonly<Record<string, unknown>>,
): { fields: PhotoFields[] } | { complaints: Record<string, string> } {
  const complaints: Record<string, string> = {}
  const fields = photos.map((photo, index) => {
    const alt = altText.safeParse(given[`alt-${photo.id}`] ?? photo.altText)
    if (!alt.success) complaints[`alt-${photo.id}`] = alt.error.issues[0]?.message ?? say('A description is text.')
    const edited = given[`edits-${photo.id}`] === undefined ? photo : readEdits(given[`edits-${photo.id}`])
    if ('complaint' in edited) complaints[`edits-${photo.id}`] = edited.complaint
    const [x, y] = String(given[`focal-${photo.id}`] ?? '')
      .split(',')
      .map((part) => (part.trim() === '' ? undefined : fraction.safeParse(part).data))
    return {
      id: photo.id,
      altText: alt.data ?? photo.altText,
      focal: x === undefined || y === undefined ? photo.focal : { x, y },
      edits: 'complaint' in edited ? photo.edits : edited.edits,
      // What is no place leaves it where it is.
      order: place.safeParse(given[`order-${photo.id}`]).data ?? index + 1,
      wasAt: index + 1,
    }
  })
  if (Object.keys(complaints).length) return { complaints }
  // Whoever was moved to a place comes before whoever was there.
  const moved = (photo: (typeof fields)[number]) =>
    photo.order === photo.wasAt ? 0 : photo.order < photo.wasAt ? -1 : 1
  fields.sort((one, other) => one.order - other.order || moved(one) - moved(other) || one.wasAt - other.wasAt)
  return { fields: fields.map(({ id, altText: text, focal, edits }) => ({ id, altText: text, focal, edits })) }
}

/** The id of a photo in a path or form; undefined for anything else. */
export const photoId = givenId
