import type { ComponentChildren } from 'preact'
import type { Person } from '../accounts/service.ts'
import type { Page } from '../db/paging.ts'
import { SquarePicture } from '../photos/views.tsx'
import type { Post } from '../posts/service.ts'
import { altOf } from '../posts/words.ts'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { Moment } from '../views/time.tsx'
import { mostNoteCharacters, reasons } from './input.ts'
import type { Case, Entry, Overview } from './service.ts'

const ways = [
  { name: 'overview', href: '/admin', label: 'Overview' },
  { name: 'reports', href: '/admin/reports', label: 'Reports' },
  { name: 'people', href: '/admin/people', label: 'People' },
  { name: 'log', href: '/admin/log', label: 'Log' },
] as const

interface DeskProps {
  title: string
  here: (typeof ways)[number]['name']
  visitor: Visitor
  children: ComponentChildren
}

/** The frame of the moderators' pages, and the ways between them. */
export function Desk({ title, here, visitor, children }: DeskProps) {
  return (
    <Layout title={title} visitor={visitor}>
      <div class="desk">
        <nav class="tabs" aria-label="Moderation">
          {ways.map(({ name, href, label }) => (
            <a key={name} href={href} aria-current={name === here ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
        <h1>{title}</h1>
        {children}
      </div>
    </Layout>
  )
}

/** How the house is, in numbers. */
export function OverviewPage({ facts, visitor }: { facts: Overview; visitor: Person }) {
  const numbers: [string, ComponentChildren][] = [
    ['People', facts.people.toLocaleString('en')],
    ['Posts', facts.posts.toLocaleString('en')],
    ['Open reports', <a href="/admin/reports">{facts.reports.toLocaleString('en')}</a>],
    ['Jobs that wait', facts.jobsWaiting.toLocaleString('en')],
    ['Jobs that failed', facts.jobsFailed.toLocaleString('en')],
    ['Room for photos', `${(facts.freeBytes / 1e9).toLocaleString('en', { maximumFractionDigits: 1 })} GB`],
  ]
  return (
    <Desk title="Overview" here="overview" visitor={visitor}>
      <dl class="facts">
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {visitor.isAdmin && (
        <nav class="ways apart" aria-label="Administration">
          <a href="/admin/settings">This Gramstack</a>
          <a href="/admin/approvals">Who waits to be let in</a>
        </nav>
      )}
    </Desk>
  )
}

/** A decision that could not be taken, to be shown again. */
export interface DecisionFormState {
  id: string
  note: string
  complaint: string
}

interface ReportsPageProps {
  cases: Case[]
  nextAfterId: string | undefined
  /** Where this page is, to come back to it. */
  path: string
  /** Whether another moderator was quicker. */
  isLate: boolean
  form: DecisionFormState | undefined
  visitor: Visitor
}

/** What is reported, and what can be done about it. */
export function ReportsPage({ cases, nextAfterId, path, isLate, form, visitor }: ReportsPageProps) {
  return (
    <Desk title="Reports" here="reports" visitor={visitor}>
      {isLate && (
        <p class="note" role="status">
          Another moderator has decided about that one already.
        </p>
      )}
      {cases.length === 0 && <p class="empty">Nothing is reported. All is well.</p>}
      {cases.map((one) => (
        <CaseCard key={one.id} reported={one} path={path} form={form?.id === one.id ? form : undefined} />
      ))}
      {nextAfterId && (
        <p class="more">
          <a class="button" rel="next" href={`/admin/reports?after=${nextAfterId}`}>
            More reports
          </a>
        </p>
      )}
    </Desk>
  )
}

interface CaseCardProps {
  reported: Case
  path: string
  form: DecisionFormState | undefined
}

function CaseCard({ reported, path, form }: CaseCardProps) {
  const { id, kind, person, post, text } = reported
  const isGone = (kind === 'post' && !post) || (kind === 'comment' && text === '')
  return (
    <article class="case">
      <h2>
        {kind === 'person' ? 'The person' : `A ${kind} by`}{' '}
        <a href={`/admin/people/${person.username}`}>@{person.username}</a>
        {person.isSuspended && <span class="faint"> suspended</span>}
      </h2>
      {isGone && <p class="faint">It has been deleted since.</p>}
      {kind === 'post' && post && <ReportedPost post={post} />}
      {kind === 'comment' && !isGone && (
        <blockquote class="text" dir="auto">
          {text}
        </blockquote>
      )}
      {kind === 'comment' && !isGone && post && <a href={`/p/${post.code}#comments`}>The post that it stands below</a>}
      {kind === 'person' && <a href={`/@${person.username}`}>Profile of {person.displayName}</a>}
      <Accusations reported={reported} />
      <form method="post" action={`/admin/reports/${id}`} class="stack">
        <input type="hidden" name="next" value={path} />
        <Field name="note" scope={id} label="A note for the log" complaint={form?.complaint}>
          {(aria) => <input {...aria} value={form?.note ?? ''} maxLength={mostNoteCharacters * 2} dir="auto" />}
        </Field>
        <div class="buttons">
          <button class="secondary" type="submit" name="action" value="dismiss">
            Dismiss
          </button>
          {kind !== 'person' && !isGone && (
            <button class="danger" type="submit" name="action" value="remove">
              Remove the {kind}
            </button>
          )}
          {!person.isSuspended && (
            <button class="danger" type="submit" name="action" value="suspend">
              Suspend @{person.username}
            </button>
          )}
        </div>
      </form>
    </article>
  )
}

function ReportedPost({ post }: { post: Post }) {
  const photos = (
    <ul class="grid">
      {post.photos.map((photo) => (
        <li key={photo.id}>
          <a href={`/p/${post.code}`}>
            <SquarePicture photo={photo} otherwise={altOf(post)} sizes="(min-width: 42rem) 13rem, 33vw" />
          </a>
        </li>
      ))}
    </ul>
  )
  return (
    <>
      {post.contentWarning === null ? (
        photos
      ) : (
        <details>
          <summary>{post.contentWarning || 'Sensitive photo'}</summary>
          {photos}
        </details>
      )}
      {post.caption && (
        <p class="text" dir="auto">
          {post.caption}
        </p>
      )}
    </>
  )
}

/** Who says what against it. */
function Accusations({ reported }: { reported: Case }) {
  const total = reported.reasons.reduce((sum, { count }) => sum + count, 0)
  const more = total - reported.reports.length
  return (
    <div>
      <p>
        <strong>{total === 1 ? '1 report' : `${total.toLocaleString('en')} reports`}</strong>
        {total > 1 &&
          `: ${reported.reasons.map(({ reason, count }) => `${reasons[reason]} (${count.toLocaleString('en')})`).join(', ')}`}
      </p>
      <ul class="said">
        {reported.reports.map(({ reporter, reason, note, createdAt }) => (
          <li key={`${reporter}${createdAt.getTime()}`}>
            {reporter ? <a href={`/admin/people/${reporter}`}>@{reporter}</a> : 'Somebody who has left'}:{' '}
            {reasons[reason]}{' '}
            <span class="faint">
              <Moment of={createdAt} />
            </span>
            {note && (
              <p class="text" dir="auto">
                {note}
              </p>
            )}
          </li>
        ))}
        {more > 0 && <li>and {more.toLocaleString('en')} more</li>}
      </ul>
    </div>
  )
}

/** What moderators have done. */
export function LogPage({ log, visitor }: { log: Page<Entry>; visitor: Visitor }) {
  return (
    <Desk title="Log" here="log" visitor={visitor}>
      <Entries entries={log.items} />
      {log.nextMaxId && (
        <p class="more">
          <a class="button" rel="next" href={`/admin/log?max_id=${log.nextMaxId}`}>
            Older entries
          </a>
        </p>
      )}
    </Desk>
  )
}

export function Entries({ entries }: { entries: Entry[] }) {
  if (entries.length === 0) return <p class="empty">Nothing has been done yet.</p>
  return (
    <ul class="people">
      {entries.map((entry) => (
        <li key={entry.id}>
          <div class="person">
            <p>
              <Name username={entry.moderator} otherwise="A moderator who has left" /> {deed(entry)}{' '}
              <Name username={entry.person} otherwise="somebody who has left" />
              {roleIn(entry)}
            </p>
            {entry.note && (
              <p class="text" dir="auto">
                {entry.note}
              </p>
            )}
            <p class="faint">
              <Moment of={entry.createdAt} />
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}

function Name({ username, otherwise }: { username: string | undefined; otherwise: string }) {
  return username ? <a href={`/admin/people/${username}`}>@{username}</a> : <span>{otherwise}</span>
}

/** What was done, up to the name of the person. */
function deed({ action, thing }: Entry): string {
  switch (action) {
    case 'dismiss':
      return thing === 'person' ? 'dismissed reports of' : `dismissed reports of a ${thing} by`
    case 'remove':
      return `removed a ${thing} by`
    case 'suspend':
      return thing === 'person' ? 'suspended' : `suspended, for a ${thing},`
    case 'lift':
      return 'lifted the suspension of'
    default:
      return 'made'
  }
}

/** What somebody was made. */
function roleIn({ action }: Entry): string {
  return (
    { 'make-admin': ' an admin', 'make-moderator': ' a moderator', 'make-member': ' a member' }[action as string] ?? ''
  )
}
