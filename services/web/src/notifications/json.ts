import { fileName, renditionUrl } from '../media/renditions.ts'
import type { Photo } from '../photos/service.ts'
import type { Notification, NotificationPage } from './service.ts'

/** A page of notifications for those who asked for JSON. */
export function describe({ notifications, nextBefore }: NotificationPage) {
  return {
    notifications: notifications.map(describeOne),
    next: nextBefore ? `/notifications?before=${nextBefore}` : null,
  }
}

function describeOne({ kind, happenedAt, isUnread, people, others, hasMore, post, comment }: Notification) {
  return {
    kind,
    happenedAt: happenedAt.toISOString(),
    isUnread,
    people,
    others,
    hasMore,
    post: post ? { code: post.code, url: `/p/${post.code}`, preview: previewOf(post.photo) } : null,
    comment: comment ? { id: comment.id, text: comment.text } : null,
  }
}

function previewOf(photo: Photo | undefined): string | null {
  if (photo?.state !== 'ready') return null
  const [smallest] = photo.squareSizes
  return smallest ? renditionUrl(photo.renditionKey, fileName('square', smallest, 'jpg')) : null
}
