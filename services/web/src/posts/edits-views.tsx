import { phrase, say } from '../language/say.ts'
import { adjustments, type Edits, type Figure, ranges, shapes } from '../media/edits/edits.ts'
import { filterNames } from '../media/edits/filters.ts'
import type { Size } from '../media/edits/framing.ts'
import type { Photo } from '../photos/service.ts'
import { Picture } from '../photos/views.tsx'
import { Field } from '../views/field.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'
import type { Complaints } from './compose-views.tsx'
import { type CropFields, cropFieldsOf, cropRanges } from './edits-form.ts'
import { figureTitles, filterTitles, shapeTitles } from './edits-words.ts'
import type { Post } from './service.ts'

/** Where a photo is edited without scripts. */
export function editsAddress(post: Post, photoId: string): string {
  return `/p/${post.code}/photos/${photoId}/edits`
}

interface EditsPageProps {
  visitor: Visitor
  post: Post
  photo: Photo
  number: number
  edits: Edits
  /** What was typed, right or wrong, by the names of the fields. */
  typed: Readonly<Record<string, unknown>>
  complaints: Complaints
}

export function EditsPage({ visitor, post, photo, number, edits, typed, complaints }: EditsPageProps) {
  const title = post.photos.length > 1 ? say('Edit photo {number}', { number }) : say('Edit the photo')
  return (
    <Layout title={title} visitor={visitor}>
      <section class="editing">
        <header>
          <h1>{title}</h1>
          <p>
            <a href={`/p/${post.code}/edit`}>{post.isDraft ? say('Back to the draft') : say('Back to the post')}</a>
          </p>
        </header>
        <div class="edited">
          <Picture
            photo={photo}
            otherwise={say('Photo {number}', { number })}
            sizes="(width < 60rem) 100vw, 40rem"
            haste="first"
          />
          {photo.state === 'received' && (
            <p class="note" role="status">
              <a href={editsAddress(post, photo.id)}>{say('Look again')}</a>
            </p>
          )}
        </div>
        {photo.original && (
          <EditsForm
            action={editsAddress(post, photo.id)}
            {...{ edits, original: photo.original, isEdited: photo.edits !== null, typed, complaints }}
          />
        )}
      </section>
    </Layout>
  )
}

interface EditsFormProps {
  action: string
  edits: Edits
  original: Size
  isEdited: boolean
  typed: Readonly<Record<string, unknown>>
  complaints: Complaints
}

function EditsForm({ action, edits, original, isEdited, typed, complaints }: EditsFormProps) {
  const said = (name: string, otherwise: string | number) => {
    const value = typed[name]
    return typeof value === 'string' ? value : String(otherwise)
  }
  const crop = cropFieldsOf(edits, original)
  const shape = said('shape', 'free')
  const slider = (figure: Figure) => (
    <Slider
      key={figure}
      name={figure}
      label={say(figureTitles[figure])}
      {...ranges[figure]}
      value={said(figure, edits[figure])}
      complaint={complaints[figure]}
    />
  )
  return (
    <form method="post" action={action} class="stack">
      <fieldset class="stack">
        <legend>{say('Crop and turn')}</legend>
        <div class="shapes">
          {shapes.map(({ name }) => (
            <div class="choice" key={name}>
              <input id={`field-shape-${name}`} type="radio" name="shape" value={name} checked={name === shape} />
              <label for={`field-shape-${name}`}>
                {name === 'free' ? say('As it is cut now') : say(shapeTitles[name])}
              </label>
            </div>
          ))}
        </div>
        {(Object.keys(cropRanges) as (keyof CropFields)[]).map((name) => (
          <Slider
            key={name}
            name={name}
            label={say(cropRanges[name].title)}
            {...cropRanges[name]}
            step={1}
            value={said(name, crop[name])}
            complaint={complaints[name]}
          />
        ))}
        <Field name="turns" label={say('Turn it')} complaint={complaints.turns}>
          {(aria) => (
            <select {...aria}>
              {turnTitles.map((turn, turns) => (
                <option key={turn} value={turns} selected={said('turns', edits.turns) === String(turns)}>
                  {say(turn)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {slider('angle')}
      </fieldset>
      <Field name="filter" label={say('Filter')} complaint={complaints.filter}>
        {(aria) => (
          <select {...aria}>
            {filterNames.map((filter) => (
              <option key={filter} value={filter} selected={filter === said('filter', edits.filter)}>
                {say(filterTitles[filter])}
              </option>
            ))}
          </select>
        )}
      </Field>
      {slider('strength')}
      <fieldset class="stack">
        <legend>{say('Adjust')}</legend>
        {adjustments.map(slider)}
      </fieldset>
      <div class="buttons">
        <button type="submit">{say('Apply')}</button>
        {isEdited && (
          <button class="secondary" type="submit" name="undo" value="yes">
            {say('Undo all edits')}
          </button>
        )}
      </div>
    </form>
  )
}

const turnTitles = [
  phrase('As it came'),
  phrase('A quarter to the right'),
  phrase('Upside down'),
  phrase('A quarter to the left'),
]

interface SliderProps {
  name: string
  label: string
  least: number
  most: number
  step: number | undefined
  value: string
  complaint: string | undefined
}

/** A range with a mark where nothing is changed, if that is in its middle. */
function Slider({ name, label, least, most, step, value, complaint }: SliderProps) {
  const isBothWays = least < 0
  // What is left in the picture is left in every language.
  const isAcross = name === 'x' || name === 'angle'
  return (
    <Field name={name} label={label} complaint={complaint}>
      {(aria) => (
        <>
          <input
            {...aria}
            type="range"
            dir={isAcross ? 'ltr' : undefined}
            {...{ min: least, max: most, step, value }}
            list={isBothWays ? `${aria.id}-middle` : undefined}
          />
          {isBothWays && (
            <datalist id={`${aria.id}-middle`}>
              <option value="0" />
            </datalist>
          )}
        </>
      )}
    </Field>
  )
}
