/**
 * When something was, as a day; client/page/times.ts says how long ago that is, where the reader is. All of it is in the title.
 */
export function Since({ of }: { of: Date }) {
  return (
    <time
      datetime={of.toISOString()}
      title={`${of.toLocaleString('en', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' })} UTC`}
      data-since
    >
      {of.toLocaleDateString('en', { dateStyle: 'medium', timeZone: 'UTC' })}
    </time>
  )
}

/** A day. */
export function Day({ of }: { of: Date }) {
  return (
    <time datetime={of.toISOString()}>{of.toLocaleDateString('en', { dateStyle: 'medium', timeZone: 'UTC' })}</time>
  )
}

/** A day and what its clocks said. Where the reader is, and so what theirs says, is not known here. */
export function Moment({ of }: { of: Date }) {
  const text = of.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return <time datetime={of.toISOString()}>{text} UTC</time>
}
