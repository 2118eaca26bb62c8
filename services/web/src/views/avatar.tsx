/** As much of a person as their picture shows. */
export interface Pictured {
  displayName: string
  /** The renditions of their picture, if they have one. */
  avatarKey: string | undefined
}

// The files for one-fold and for two-fold screens, as the worker makes them.
const sizes = { small: [96, 96], large: [192, 384] } as const
const shown = { small: 32, large: 96 } as const

/** The picture of a person, or the first letter of their name. It says nothing that does not stand beside it. */
export function Avatar({ of, size = 'small' }: { of: Pictured; size?: 'small' | 'large' }) {
  const className = size === 'large' ? 'avatar large' : 'avatar'
  if (!of.avatarKey) {
    return (
      <span class={className} aria-hidden="true">
        {firstLetter(of.displayName)}
      </span>
    )
  }
  const folder = `/media/${of.avatarKey.slice(0, 2)}/${of.avatarKey}`
  const [one, two] = sizes[size]
  const set = (extension: string) => `${folder}/s${one}.${extension}, ${folder}/s${two}.${extension} 2x`
  return (
    <picture class={className}>
      <source type="image/webp" srcset={set('webp')} />
      <img
        src={`${folder}/s${one}.jpg`}
        srcset={set('jpg')}
        width={shown[size]}
        height={shown[size]}
        alt=""
        decoding="async"
      />
    </picture>
  )
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function firstLetter(name: string): string {
  const visible = name.replace(/^[\p{White_Space}\p{Cc}\p{Cf}\p{P}]+/u, '') || name
  return [...graphemes.segment(visible)][0]?.segment.toLocaleUpperCase('en') ?? ''
}
