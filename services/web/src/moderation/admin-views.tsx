import type { ComponentChildren } from 'preact'
import type { Person } from '../accounts/service.ts'
import type { Page } from '../db/paging.ts'
import { number, phrase, say, sayWith } from '../language/say.ts'
import { SquarePicture } from '../photos/views.tsx'
import type { Post } from '../posts/service.ts'
import { altOf } from '../posts/words.ts'
import { Field } from '../views/field.tsx'
import { Handle } from '../views/handle.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import { Moment } from '../views/time.tsx'
import { mostNoteCharacters, reasons } from './input.ts'
import { jobTitle } from './job-titles.ts'
import type { Entry } from './log.ts'
import type { Case, Overview } from './service.ts'

const ways = [
  { name: 'overview', href: '/admin', label: phrase('Overview') },
  { name: 'reports', href: '/admin/reports', label: phrase('Reports') },
  { name: 'people', href: '/admin/people', label: phrase('People') },
  { name: 'log', href: '/admin/log', label: phrase('Log') },
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
        <nav class="tabs" aria-label={say('Moderation')}>
          {ways.map(({ name, href, label }) => (
            <a key={name} href={href} aria-current={name === here ? 'page' : undefined}>
              {say(label)}
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
    [say('People'), number(facts.people)],
    [say('Posts'), number(facts.posts)],
    [say('Open reports'), <a href="/admin/reports">{number(facts.reports)}</a>],
    [say('Jobs that wait'), number(facts.jobsWaiting)],
    [
      say('Jobs that failed'),
      visitor.isAdmin ? <a href="/admin/errors">{number(facts.jobsFailed)}</a> : number(facts.jobsFailed),
    ],
    [
      say('Room for photos'),
      number(facts.freeBytes / 1e9, { maximumFractionDigits: 1, style: 'unit', unit: 'gigabyte' }),
    ],
  ]
  return (
    <Desk title={say('Overview')} here="overview" visitor={visitor}>
      <dl class="facts">
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {visitor.isAdmin && (
        <nav class="ways apart" aria-label={say('Administration')}>
          <a href="/admin/settings">{say('This Gramstack')}</a>
          <a href="/admin/errors">{say('Errors')}</a>
          <a href="/admin/approvals">{say('Who waits to be let in')}</a>
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
    <Desk title={say('Reports')} here="reports" visitor={visitor}>
      {isLate && (
        <p class="note" role="status">
          {say('Another moderator has decided about that one already.')}
        </p>
      )}
      {cases.length === 0 && <p class="empty">{say('Nothing is reported. All is well.')}</p>}
      {cases.map((one) => (
        <CaseCard key={one.id} reported={one} path={path} form={form?.id === one.id ? form : undefined} />
      ))}
      {nextAfterId && (
        <p class="more">
          <a class="button" rel="next" href={`/admin/reports?after=${nextAfterId}`}>
            {say('More reports')}
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

const caseTitles = {
  person: phrase('The person {person}'),
  post: phrase('A post by {person}'),
  comment: phrase('A comment by {person}'),
} as const

function CaseCard({ reported, path, form }: CaseCardProps) {
  const { id, kind, person, post, text } = reported
  const isGone = (kind === 'post' && !post) || (kind === 'comment' && text === '')
  return (
    <article class="case">
      <h2>
        {sayWith(caseTitles[kind], { person: <Name username={person.username} otherwise="" /> })}
        {person.isSuspended && <span class="faint">{say('suspended')}</span>}
        {person.isSilenced && !person.isSuspended && <span class="faint">{say('silenced')}</span>}
      </h2>
      {isGone && <p class="faint">{say('It has been deleted since.')}</p>}
      {kind === 'post' && post && <ReportedPost post={post} />}
      {kind === 'comment' && !isGone && (
        <blockquote class="text" dir="auto">
          {text}
        </blockquote>
      )}
      {kind === 'comment' && !isGone && post && (
        <a href={`/p/${post.code}#comments`}>{say('The post that it stands below')}</a>
      )}
      {kind === 'person' && (
        <a href={`/@${person.username}`}>{say('Profile of {displayName}', { displayName: person.displayName })}</a>
      )}
      <Accusations reported={reported} />
      <form method="post" action={`/admin/reports/${id}`} class="stack">
        <input type="hidden" name="next" value={path} />
        <Field name="note" scope={id} label={say('A note for the log')} complaint={form?.complaint}>
          {/* On one line, Enter would press the first button. */}
          {(aria) => (
            <textarea {...aria} rows={1} maxLength={mostNoteCharacters * 2} dir="auto">
              {form?.note ?? ''}
            </textarea>
          )}
        </Field>
        <div class="buttons">
          <button class="secondary" type="submit" name="action" value="dismiss">
            {say('Dismiss')}
          </button>
          {kind !== 'person' && !isGone && (
            <button class="danger" type="submit" name="action" value="remove">
              {kind === 'post' ? say('Remove the post') : say('Remove the comment')}
            </button>
          )}
          {!person.isSilenced && !person.isSuspended && (
            <button class="danger" type="submit" name="action" value="silence">
              {say('Silence @{username}', { username: person.username })}
            </button>
          )}
          {!person.isSuspended && (
            <button class="danger" type="submit" name="action" value="suspend">
              {say('Suspend @{username}', { username: person.username })}
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
          <summary>{post.contentWarning || say('Sensitive photo')}</summary>
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
        <strong>{say('{total, plural, one {# report} other {# reports}}', { total })}</strong>
        {total > 1 &&
          `: ${reported.reasons.map(({ reason, count }) => `${say(reasons[reason])} (${number(count)})`).join(', ')}`}
      </p>
      <ul class="said">
        {reported.reports.map(({ reporter, reason, note, createdAt }) => (
          <li key={`${reporter}${createdAt.getTime()}`}>
            {reporter ? (
              <a href={`/admin/people/${reporter}`}>
                <Handle of={reporter} />
              </a>
            ) : (
              say('Somebody who has left')
            )}
            : {say(reasons[reason])}{' '}
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
        {more > 0 && <li>{say('and {more, number} more', { more })}</li>}
      </ul>
    </div>
  )
}

/** What moderators have done. */
export function LogPage({ log, visitor }: { log: Page<Entry>; visitor: Visitor }) {
  return (
    <Desk title={say('Log')} here="log" visitor={visitor}>
      <Entries entries={log.items} />
      {log.nextMaxId && (
        <p class="more">
          <a class="button" rel="next" href={`/admin/log?max_id=${log.nextMaxId}`}>
            {say('Older entries')}
          </a>
        </p>
      )}
    </Desk>
  )
}

export function Entries({ entries }: { entries: Entry[] }) {
  if (entries.length === 0) return <p class="empty">{say('Nothing has been done yet.')}</p>
  return (
    <ul class="people">
      {entries.map((entry) => (
        <li key={entry.id}>
          <div class="person">
            <p>
              {sayWith(deed(entry), {
                moderator: <Name username={entry.moderator} otherwise={say('A moderator who has left')} />,
                person: <Name username={entry.person} otherwise={say('somebody who has left')} />,
              })}
            </p>
            {entry.note && (
              <p class="text" dir="auto">
                {entry.thing === 'job' ? jobTitle(entry.note) : entry.note}
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
  return username ? (
    <a href={`/admin/people/${username}`}>
      <Handle of={username} />
    </a>
  ) : (
    <span>{otherwise}</span>
  )
}

/** What was done, by whom and to whom. */
function deed({ action, thing }: Entry): string {
  return deeds[thing === 'person' ? action : `${action} ${thing}`] ?? deeds[action] ?? '{moderator} {person}'
}

const deeds: Readonly<Record<string, string>> = {
  dismiss: phrase('{moderator} dismissed reports of {person}'),
  'dismiss post': phrase('{moderator} dismissed reports of a post by {person}'),
  'dismiss comment': phrase('{moderator} dismissed reports of a comment by {person}'),
  'remove post': phrase('{moderator} removed a post by {person}'),
  'remove comment': phrase('{moderator} removed a comment by {person}'),
  silence: phrase('{moderator} silenced {person}'),
  'silence post': phrase('{moderator} silenced, for a post, {person}'),
  'silence comment': phrase('{moderator} silenced, for a comment, {person}'),
  unsilence: phrase('{moderator} lifted the silence of {person}'),
  suspend: phrase('{moderator} suspended {person}'),
  'suspend post': phrase('{moderator} suspended, for a post, {person}'),
  'suspend comment': phrase('{moderator} suspended, for a comment, {person}'),
  lift: phrase('{moderator} lifted the suspension of {person}'),
  'make-admin': phrase('{moderator} made {person} an admin'),
  'make-moderator': phrase('{moderator} made {person} a moderator'),
  'make-member': phrase('{moderator} made {person} a member'),
  delete: phrase('{moderator} deleted the account of {person}'),
  keep: phrase('{moderator} took the deletion back of {person}'),
  'reset-second-step': phrase('{moderator} reset the second step of {person}'),
  'retry job': phrase('{moderator} had failed work tried again'),
  'let-be job': phrase('{moderator} let failed work be'),
}
