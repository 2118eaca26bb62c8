import { say, time } from '../language/say.ts'
import { type Extension, fileName, formats, renditionUrl } from '../media/renditions.ts'
import { Icon } from '../views/icon.tsx'
import type { Photo, Ready } from './service.ts'

/** How wide a picture is shown, as in <img sizes>; where that depends on its shape, told by its width in heights. */
export type Sizes = string | ((ratio: number) => string)

interface PictureProps {
  photo: Photo
  /** What a screen reader says where nobody has described the photo. */
  otherwise: string
  sizes: Sizes
  haste?: Haste
}

/**
 * How soon a picture is fetched: `late` when somebody scrolls near it, `early` with the page, `first` before everything else of it. What is
 * seen first is best not waited for; whether that is so, the browser knows only when it has laid out the page.
 */
export type Haste = 'late' | 'early' | 'first'

/** A picture in every size and format there is: the browser takes the smallest that fills its place. */
export function Picture({ photo, sizes, ...rest }: PictureProps) {
  if (photo.state !== 'ready') return <Missing photo={photo} />
  const { renditionWidths: widths, width, height } = photo
  const shown = { ...rest, sizes: typeof sizes === 'string' ? sizes : sizes(width / height) }
  const middle = widths.find((w) => w >= 640) ?? widths.at(-1) ?? width
  return <Shown {...shown} photo={photo} shape="whole" among={widths} usual={middle} width={width} height={height} />
}

/** The square of a picture around its focal point. */
export function SquarePicture({ photo, ...shown }: PictureProps & { sizes: string }) {
  if (photo.state !== 'ready') return <Missing photo={photo} />
  const largest = photo.squareSizes.at(-1)
  // Photos of an earlier release have none until they are rendered again.
  if (!largest) return <Picture {...shown} photo={photo} />
  const among = photo.squareSizes
  return (
    <Shown {...shown} photo={photo} shape="square" among={among} usual={largest} width={largest} height={largest} />
  )
}

interface ShownProps extends Omit<PictureProps, 'sizes'> {
  photo: Ready & Photo
  sizes: string
  shape: 'whole' | 'square'
  /** The sizes that there are. */
  among: readonly number[]
  /** The one for browsers that can't choose. */
  usual: number
  width: number
  height: number
}

function Shown({ photo, otherwise, sizes, haste = 'late', shape, among, usual, width, height }: ShownProps) {
  return (
    <Frame photo={photo} width={width} height={height}>
      {sources(photo, shape, among, sizes)}
      <img
        src={renditionUrl(photo.renditionKey, fileName(shape, usual, 'jpg'))}
        srcset={sourceSet(photo, shape, among, 'jpg')}
        sizes={sizes}
        width={width}
        height={height}
        alt={photo.altText || otherwise}
        loading={haste === 'late' ? 'lazy' : 'eager'}
        fetchpriority={haste === 'first' ? 'high' : undefined}
        decoding="async"
      />
    </Frame>
  )
}

/**
 * The picture, and behind it the colour of most of it until it has come. The policy allows no style attribute; SVG needs none.
 * client/page/blur.ts puts the photo's own blur there.
 */
function Frame({
  photo,
  width,
  height,
  children,
}: {
  photo: Ready
  width: number
  height: number
  children: Children
}) {
  return (
    <picture data-thumbhash={photo.thumbhash}>
      {children}
      {/* Behind them, and yet the last: a browser that fetches ahead loses sight of the sources over anything else between them and the image. */}
      {photo.dominantColour && (
        <svg class="until" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          <rect width="100%" height="100%" fill={photo.dominantColour} />
        </svg>
      )}
    </picture>
  )
}

type Children = import('preact').ComponentChildren

function sources(photo: Ready, shape: 'whole' | 'square', sizes: readonly number[], shownSizes: string) {
  return formats
    .filter(({ extension }) => extension !== 'jpg' && (extension !== 'avif' || photo.hasAvif))
    .map(({ extension, type }) => (
      <source key={extension} type={type} srcset={sourceSet(photo, shape, sizes, extension)} sizes={shownSizes} />
    ))
}

function sourceSet(photo: Ready, shape: 'whole' | 'square', sizes: readonly number[], extension: Extension): string {
  return sizes
    .map((size) => `${renditionUrl(photo.renditionKey, fileName(shape, size, extension))} ${size}w`)
    .join(', ')
}

function Missing({ photo }: { photo: Exclude<Photo, { state: 'ready' }> }) {
  if (photo.state === 'refused') return <p class="placeholder complaint">{photo.reason}</p>
  return <p class="placeholder">{say('This photo is being developed…')}</p>
}

/**
 * Several pictures side by side, to be swiped or scrolled with the arrow keys. client/page/album.ts shows the buttons and dots, which do
 * nothing without it.
 */
export function Album({ photos, otherwise, sizes, haste = 'late' }: AlbumProps) {
  const [only] = photos
  if (only && photos.length === 1) return <Picture photo={only} otherwise={otherwise} sizes={sizes} haste={haste} />
  const label = say('{photos, plural, one {# photo} other {# photos}}', { photos: photos.length })
  return (
    <div class="album-box">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="album" aria-label={label} tabIndex={0}>
        {photos.map((photo, index) => (
          <figure key={photo.id}>
            <Picture photo={photo} otherwise={otherwise} sizes={sizes} haste={index === 0 ? haste : 'late'} />
            <figcaption>
              {index + 1} / {photos.length}
            </figcaption>
          </figure>
        ))}
      </section>
      <button class="turn before" type="button" aria-label={say('Photo before')} hidden>
        <Icon name="before" />
      </button>
      <button class="turn after" type="button" aria-label={say('Next photo')} hidden>
        <Icon name="after" />
      </button>
    </div>
  )
}

interface AlbumProps {
  photos: readonly Photo[]
  otherwise: string
  sizes: Sizes
  haste?: Haste
}

/** What the author says that photos show, for whoever asks: the same that screen readers read out. */
export function Descriptions({ photos }: { photos: readonly Photo[] }) {
  if (photos.every(({ altText }) => altText === '')) return null
  return (
    <details class="descriptions">
      <summary aria-label={say('ALT: what can be seen')}>
        <span>{say('ALT')}</span>
      </summary>
      {photos.length === 1 ? (
        <p dir="auto">{photos[0]?.altText}</p>
      ) : (
        <ol>
          {photos.map(
            ({ id, altText }, index) =>
              altText !== '' && (
                <li key={id} value={index + 1} dir="auto">
                  {altText}
                </li>
              ),
          )}
        </ol>
      )}
    </details>
  )
}

/** The camera and its settings, as photographers write them. */
export function CameraLine({ photo }: { photo: Photo }) {
  const camera = photo.state === 'ready' ? photo.camera : undefined
  if (!camera) return null
  const { make, model, lens, focalLengthMm, fNumber, exposureSeconds, iso, takenAt } = camera
  // Many makers write their name into the model as well.
  const body = model?.toLowerCase().startsWith((make ?? '\0').toLowerCase().split(' ')[0] ?? '')
    ? model
    : [make, model].filter(Boolean).join(' ')
  const parts = [
    body,
    lens,
    focalLengthMm && `${Number(focalLengthMm.toFixed(1))} mm`,
    fNumber && `ƒ/${Number(fNumber.toFixed(1))}`,
    exposureSeconds && exposureText(exposureSeconds),
    iso && `ISO ${iso}`,
    takenAt && time(new Date(`${takenAt}Z`), { dateStyle: 'long' }),
  ].filter(Boolean)
  return parts.length ? <p class="faint camera">{parts.join(' · ')}</p> : null
}

function exposureText(seconds: number): string {
  return seconds < 0.4 ? `1/${Math.round(1 / seconds)} s` : `${Number(seconds.toFixed(1))} s`
}
