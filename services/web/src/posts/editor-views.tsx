import type { ComponentChildren } from 'preact'
import { phrase, say } from '../language/say.ts'
import { adjustments, type Figure, ranges, shapes, untouched } from '../media/edits/edits.ts'
import { filterNames } from '../media/edits/filters.ts'
import { Icon } from '../views/icon.tsx'
import { figureTitles, filterTitles, shapeTitles } from './edits-words.ts'

/** The window in which the module `editor` edits a photo: all that it shows and says. Nothing of it is seen before that. */
export function EditDialog() {
  return (
    <dialog class="editor" data-edit-dialog aria-labelledby="editor-title">
      <form method="dialog" class="editor-parts">
        <div class="editor-bar">
          <button class="secondary" type="button" data-cancel>
            {say('Cancel')}
          </button>
          <h2 id="editor-title">{say('Edit photo')}</h2>
          {/* What Enter presses is the first button of a form that sends it. */}
          <button type="submit" value="done">
            {say('Done')}
          </button>
        </div>
        <Stage />
        <div class="editor-tools" data-tools>
          <div class="editor-tabs" role="tablist" aria-label={say('What to edit')}>
            <Tab name="crop" label={say('Crop')} isChosen />
            <Tab name="filters" label={say('Filters')} />
            <Tab name="adjust" label={say('Adjust')} />
          </div>
          <CropPanel />
          <FiltersPanel />
          <AdjustPanel />
          <div class="editor-ways">
            <button class="quiet" type="button" data-undo>
              {say('Undo all')}
            </button>
            <button class="quiet" type="button" data-compare aria-pressed="false">
              {say('Show the original')}
            </button>
          </div>
        </div>
      </form>
    </dialog>
  )
}

function Stage() {
  return (
    <div class="editor-stage" data-stage>
      <canvas data-picture role="img" aria-label={say('The photo as it is edited')} width="4" height="3" />
      <fieldset class="crop" data-crop aria-label={say('Crop')} aria-describedby="editor-crop-keys" dir="ltr" hidden>
        <button class="crop-middle" type="button" data-handle="middle" aria-label={say('Move the crop')} />
        {corners.map(([name, label]) => (
          <button key={name} class={`crop-corner ${name}`} type="button" data-handle={name} aria-label={say(label)} />
        ))}
      </fieldset>
      <p class="visually-hidden" id="editor-crop-keys">
        {say('Arrow keys move it, or the corner that has the focus; plus and minus make it larger and smaller.')}
      </p>
      <p class="editor-wait" role="status" data-wait>
        {say('The photo is being opened…')}
      </p>
    </div>
  )
}

const corners: readonly [name: string, label: string][] = [
  ['top-left', phrase('Corner at the top left')],
  ['top-right', phrase('Corner at the top right')],
  ['bottom-right', phrase('Corner at the bottom right')],
  ['bottom-left', phrase('Corner at the bottom left')],
]

function Tab({ name, label, isChosen = false }: { name: string; label: string; isChosen?: boolean }) {
  return (
    <button
      id={`editor-tab-${name}`}
      type="button"
      role="tab"
      data-tab={name}
      aria-controls={`editor-${name}`}
      aria-selected={isChosen}
      tabIndex={isChosen ? 0 : -1}
    >
      {label}
    </button>
  )
}

function Panel({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div
      class={`editor-panel for-${name}`}
      id={`editor-${name}`}
      role="tabpanel"
      aria-labelledby={`editor-tab-${name}`}
      hidden={name !== 'crop'}
    >
      {children}
    </div>
  )
}

function CropPanel() {
  return (
    <Panel name="crop">
      <fieldset class="editor-shapes">
        <legend class="visually-hidden">{say('Shape')}</legend>
        {shapes.map(({ name }) => (
          <label key={name} class="chip">
            <input class="visually-hidden" type="radio" name="shape" value={name} checked={name === 'original'} />
            <span>{say(shapeTitles[name])}</span>
          </label>
        ))}
      </fieldset>
      <div class="editor-turn">
        <button class="icon" type="button" data-turn="-1" aria-label={say('Turn it left')}>
          <Icon name="turn-left" />
        </button>
        <button class="icon" type="button" data-turn="1" aria-label={say('Turn it right')}>
          <Icon name="again" />
        </button>
        <p class="hint" role="status" data-outcome data-said={say('{width} × {height} pixels', sizePlaces)} />
      </div>
      <Slider figure="angle" />
    </Panel>
  )
}

/** Numbers that the module puts in. */
const sizePlaces = { width: '{width}', height: '{height}' }

function FiltersPanel() {
  return (
    <Panel name="filters">
      <Slider figure="strength" />
      <fieldset class="editor-filters">
        <legend class="visually-hidden">{say('Filter')}</legend>
        {filterNames.map((name) => (
          <label key={name} class="editor-filter">
            <input
              class="visually-hidden"
              type="radio"
              name="filter"
              value={name}
              checked={name === untouched.filter}
            />
            <canvas width="4" height="4" />
            <span>{say(filterTitles[name])}</span>
          </label>
        ))}
      </fieldset>
    </Panel>
  )
}

function AdjustPanel() {
  return (
    <Panel name="adjust">
      {adjustments.map((adjustment) => (
        <Slider key={adjustment} figure={adjustment} />
      ))}
      <p class="hint">{say('A double tap sets a slider back, and so does the key Delete.')}</p>
    </Panel>
  )
}

function Slider({ figure }: { figure: Figure }) {
  const { least, most, step } = ranges[figure]
  return (
    <div class="slider">
      <label for={`editor-${figure}`}>{say(figureTitles[figure])}</label>
      <input
        id={`editor-${figure}`}
        type="range"
        data-figure={figure}
        // A photo turns to the right where the thumb goes there.
        dir={figure === 'angle' ? 'ltr' : undefined}
        min={least}
        max={most}
        step={step}
        value={untouched[figure]}
      />
      <output for={`editor-${figure}`} />
    </div>
  )
}
