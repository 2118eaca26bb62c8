import { time } from '../language/say.ts'

/**
 * When something was, as a day; client/page/times.ts says how long ago that is, where the reader is. All of it is in the title.
 */
export function Since({ of }: { of: Date }) {
  return (
    <time datetime={of.toISOString()} title={time(of, withClock)} data-since>
      {time(of, { dateStyle: 'medium' })}
    </time>
  )
}

/** A day. */
export function Day({ of }: { of: Date }) {
  return <time datetime={of.toISOString()}>{time(of, { dateStyle: 'medium' })}</time>
}

/** A day and what its clocks said. Where the reader is, and so what theirs says, is not known here. */
export function Moment({ of }: { of: Date }) {
  return <time datetime={of.toISOString()}>{time(of, withClock)}</time>
}

// As the styles medium and short have it, which cannot name the zone.
const withClock: Intl.DateTimeFormatOptions = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
}
