import type { Comment, CommentPage, Thread } from './service.ts'

/** A comment for those who asked for JSON. */
export function describeComment(comment: Comment) {
  return {
    id: comment.id,
    parent: comment.parentId ?? null,
    text: comment.text,
    createdAt: comment.createdAt.toISOString(),
    author: comment.author.username,
    likes: comment.likes,
    isLiked: comment.isLiked ?? false,
  }
}

export function describeThreads({ items, nextMaxId }: CommentPage<Thread>) {
  return {
    comments: items.map(({ comment, replies, hasMoreReplies }) => ({
      ...describeComment(comment),
      replies: replies.map(describeComment),
      hasMoreReplies,
    })),
    nextMaxId: nextMaxId ?? null,
  }
}
