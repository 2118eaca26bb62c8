import { randomUUID } from 'node:crypto'
import { say, sayWith } from '../language/say.ts'
import { LikeButton, LikeCount } from '../likes/views.tsx'
import { Avatar } from '../views/avatar.tsx'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { RichText } from '../views/rich-text.tsx'
import { Since } from '../views/time.tsx'
import { mostCommentCharacters } from './input.ts'
import type { Comment, CommentPage, Discussion, Thread } from './service.ts'

/** What the form for a comment shows. */
export interface CommentFormState {
  /** What was typed, right or wrong. */
  text: string
  complaint: string | undefined
  /** A double click sends the same key twice, and makes one comment. */
  idempotencyKey: string
}

/** The form before anything is typed. */
export function emptyForm(): CommentFormState {
  return { text: '', complaint: undefined, idempotencyKey: randomUUID() }
}

interface CommentSectionProps {
  code: string
  discussion: Discussion
  page: CommentPage<Thread>
  form: CommentFormState
  visitor: Visitor | undefined
}

/** The comments on a post, newest last, and below them the form for one more. */
export function CommentSection({ code, discussion, page, form, visitor }: CommentSectionProps) {
  return (
    <section class="comments" id="comments" aria-label={say('Comments')}>
      {page.items.length === 0 && <p class="empty">{say('No comments yet.')}</p>}
      {page.nextMaxId && (
        <p class="more">
          <a rel="next" href={`/p/${code}/comments?max_id=${page.nextMaxId}`}>
            {say('Older comments')}
          </a>
        </p>
      )}
      <ol>
        {page.items.map(({ comment, replies, hasMoreReplies }) => (
          <li key={comment.id}>
            <CommentItem code={code} comment={comment} />
            {replies.length > 0 && (
              <ol>
                {replies.map((reply) => (
                  <li key={reply.id}>
                    <CommentItem code={code} comment={reply} />
                  </li>
                ))}
              </ol>
            )}
            {hasMoreReplies && (
              <p class="all-replies">
                <a href={`/p/${code}/comments/${comment.id}`}>{say('All replies')}</a>
              </p>
            )}
          </li>
        ))}
      </ol>
      <CommentForm code={code} discussion={discussion} form={form} answered={undefined} visitor={visitor} />
    </section>
  )
}

function CommentItem({ code, comment }: { code: string; comment: Comment }) {
  const { id, author, text, mentioned, createdAt, likes, isLiked, isOwn, mayBeDeleted } = comment
  const page = `/p/${code}/comments/${id}`
  return (
    <article class="comment" id={`c-${id}`}>
      <p class="byline">
        <Avatar of={author} />
        <a class="author" href={`/@${author.username}`}>
          {author.displayName}
        </a>{' '}
        <span class="faint">
          <Since of={createdAt} />
        </span>
      </p>
      <p class="text" dir="auto">
        <RichText text={text} mentioned={mentioned} />
      </p>
      <div class="actions">
        <LikeButton path={`/comments/${id}`} page={page} likes={likes} isLiked={isLiked} />
        <LikeCount likes={likes} isLiked={isLiked} />
        <a class="faint" href={page}>
          {say('Reply')}
        </a>
        {!isOwn && (
          <a class="faint" href={`/comments/${id}/report`}>
            {say('Report')}
          </a>
        )}
        {mayBeDeleted && (
          <form method="post" action={`/comments/${id}/delete`}>
            <button class="quiet" type="submit">
              {say('Delete')}
            </button>
          </form>
        )}
      </div>
    </article>
  )
}

interface CommentFormProps {
  code: string
  discussion: Discussion
  form: CommentFormState
  /** What is answered; undefined for a comment on the post. */
  answered: Comment | undefined
  visitor: Visitor | undefined
}

function CommentForm({ code, discussion, form, answered, visitor }: CommentFormProps) {
  if (discussion.refusal && !form.complaint) return <p class="note">{discussion.refusal}</p>
  if (!visitor) {
    const page = answered ? `/p/${code}/comments/${answered.id}` : `/p/${code}`
    return (
      <p class="note">
        {sayWith('<way>Sign in</way> to comment.', {
          way: (inside) => <a href={`/sign-in?next=${encodeURIComponent(page)}`}>{inside}</a>,
        })}
      </p>
    )
  }
  return (
    <form method="post" action={`/p/${code}/comments`} class="stack">
      <input type="hidden" name="idempotencyKey" value={form.idempotencyKey} />
      {answered && <input type="hidden" name="parent" value={answered.id} />}
      <Field
        name="text"
        label={
          answered ? say('Reply to {displayName}', { displayName: answered.author.displayName }) : say('Add a comment')
        }
        complaint={form.complaint}
      >
        {(aria) => (
          <textarea {...aria} rows={2} required maxLength={mostCommentCharacters * 2} dir="auto" data-suggests="names">
            {form.text}
          </textarea>
        )}
      </Field>
      <div class="buttons">
        <button type="submit">{answered ? say('Reply') : say('Comment')}</button>
      </div>
    </form>
  )
}

/** How many comments there are, as what leads to them is called. */
export function commentsInWords(comments: number): string {
  return comments === 0 ? say('Comment') : say('{comments, plural, one {# comment} other {# comments}}', { comments })
}

export function allInWords(total: number): string {
  return say('All {total, plural, one {# comment} other {# comments}}', { total })
}

interface LatestCommentsProps {
  code: string
  latest: readonly Comment[]
  /** How many there are of all. */
  total: number
}

/** What was said last, below a post in a feed, and the way to the rest. */
export function LatestComments({ code, latest, total }: LatestCommentsProps) {
  return (
    <>
      {total > latest.length && (
        <p class="all-comments">
          <a href={`/p/${code}#comments`}>{allInWords(total)}</a>
        </p>
      )}
      <ul class="latest">
        {latest.map(({ id, author, text, mentioned }) => (
          <li key={id}>
            <a class="author" href={`/@${author.username}`}>
              {author.displayName}
            </a>{' '}
            <span dir="auto">
              <RichText text={text} mentioned={mentioned} />
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

/** A field for a comment, below a post in a feed. */
export function CommentField({ code, visitor }: { code: string; visitor: Visitor }) {
  return (
    <form
      class="add-comment"
      method="post"
      action={`/p/${code}/comments`}
      data-author={visitor.displayName}
      data-author-page={`/@${visitor.username}`}
    >
      <input type="hidden" name="idempotencyKey" value={randomUUID()} />
      <input
        name="text"
        aria-label={say('Add a comment')}
        placeholder={say('Add a comment')}
        required
        maxLength={mostCommentCharacters * 2}
        autocomplete="off"
        enterkeyhint="send"
        dir="auto"
        data-suggests="names"
      />
      <button class="quiet" type="submit">
        {say('Comment')}
      </button>
    </form>
  )
}

/** The comments on a post without the post. */
export function CommentsPage(props: CommentSectionProps) {
  const { code, discussion, visitor } = props
  return (
    <Layout title={say('Comments')} visitor={visitor}>
      <div class="feed">
        <h1>
          {sayWith('Comments on <way>{displayName}’s post</way>', {
            displayName: discussion.authorDisplayName,
            way: (inside) => <a href={`/p/${code}`}>{inside}</a>,
          })}
        </h1>
        <CommentSection {...props} />
      </div>
    </Layout>
  )
}

interface ThreadPageProps {
  code: string
  discussion: Discussion
  comment: Comment
  answered: Comment
  replies: CommentPage<Comment>
  form: CommentFormState
  visitor: Visitor | undefined
}

/** A comment, all replies to it, and the form for one more. */
export function ThreadPage({ code, discussion, comment, answered, replies, form, visitor }: ThreadPageProps) {
  return (
    <Layout title={say('Replies')} visitor={visitor}>
      <div class="feed">
        <h1>
          {sayWith('A comment on <way>{displayName}’s post</way>', {
            displayName: discussion.authorDisplayName,
            way: (inside) => <a href={`/p/${code}`}>{inside}</a>,
          })}
        </h1>
        <section class="comments" id="comments" aria-label={say('Comment and replies')}>
          <ol>
            <li>
              <CommentItem code={code} comment={comment} />
              {replies.nextMaxId && (
                <p class="all-replies">
                  <a rel="next" href={`/p/${code}/comments/${comment.id}?max_id=${replies.nextMaxId}`}>
                    {say('Older replies')}
                  </a>
                </p>
              )}
              <ol>
                {replies.items.map((reply) => (
                  <li key={reply.id}>
                    <CommentItem code={code} comment={reply} />
                  </li>
                ))}
              </ol>
            </li>
          </ol>
          <CommentForm code={code} discussion={discussion} form={form} answered={answered} visitor={visitor} />
        </section>
      </div>
    </Layout>
  )
}
