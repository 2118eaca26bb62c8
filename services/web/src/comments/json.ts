import { number } from '../language/say.ts'
import type { Comment, CommentPage, Thread } from './service.ts'
import { allInWords, commentsInWords } from './views.tsx'

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

/** How many comments a post has, as its pages say it: for those that are open. */
export function describeCount(comments: number) {
  return {
    comments,
    figure: number(comments),
    inWords: commentsInWords(comments),
    allInWords: allInWords(comments),
  }
}
