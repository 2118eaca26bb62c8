import { fileName, renditionUrl } from '../media/renditions.ts'
import type { Photo } from '../photos/service.ts'
import type { Post } from './service.ts'

/** A post for those who asked for JSON: what it is, where its pictures are, and how far each has got. */
export function describe(post: Post) {
  const photos = post.photos.map((photo) => ({ ...describePhoto(photo), ...(post.isPublished ? {} : editsOf(photo)) }))
  return {
    id: post.id,
    code: post.code,
    url: `/p/${post.code}`,
    media: photos[0]?.url ?? null,
    caption: post.caption,
    place: post.place,
    visibility: post.visibility,
    sensitive: post.contentWarning !== null,
    contentWarning: post.contentWarning,
    allowsComments: post.allowsComments,
    isDraft: post.isDraft,
    isPublished: post.isPublished,
    createdAt: post.createdAt.toISOString(),
    editedAt: post.editedAt?.toISOString() ?? null,
    author: post.author.username,
    likes: post.likes,
    isLiked: post.isLiked ?? false,
    comments: post.comments,
    photos,
  }
}

/** What only its author sees, and needs to go on with: what has been done to a photo, and to which size of photo. */
function editsOf({ edits, original }: Photo) {
  return { edits, original: original ?? null }
}

function describePhoto(photo: Photo) {
  const { id, state, altText, focal } = photo
  if (photo.state === 'refused')
    return { id, state, altText, focal, url: null, reason: photo.reason, mayRetry: photo.mayRetry }
  if (photo.state === 'received') return { id, state, altText, focal, url: null }
  const { width, height, renditionKey, renditionWidths, thumbhash, dominantColour } = photo
  const url = renditionUrl(renditionKey, fileName('whole', renditionWidths.at(-1) ?? width, 'jpg'))
  return { id, state, altText, focal, url, width, height, thumbhash, dominantColour }
}
