/**
 * Makes of the form for photos a place to work in: they are dropped, pasted or picked, go into a draft while their descriptions are typed,
 * and change places. Without it the form is sent as a whole.
 */
import { complain } from './composer/complaints.ts'
import { gather } from './composer/gathering.ts'
import { openPhotos } from './composer/photos.ts'
import { No } from './composer/server.ts'
import { unreached } from './page/say.ts'

type Reminder = 'undescribed' | 'duplicate'
/** What a button says that is to be done, as soon as all photos have arrived. */
type Wish = 'share' | 'describe' | 'keep'

const form = document.querySelector<HTMLFormElement>('form[data-composer]')
if (form) compose(form)

function compose(form: HTMLFormElement): void {
  const part = <Kind extends HTMLElement>(selector: string) => form.querySelector(selector) as Kind
  const words = form.dataset
  bringTogether(form)
  const field = part<HTMLInputElement>('input[type=file]')
  const keptLine = part('[data-kept-line]')
  const problem = part('[data-problem]')
  const news = part('[data-news]')
  const reminders = part('[data-reminders]')
  const shareButton = part<HTMLButtonElement>('[data-anyway]')
  const shareLabel = shareButton.textContent
  const sharedFromOutside = document.querySelector<HTMLElement>('[data-shared-photos]')

  const seen = new Set<Reminder>()
  let wish: Wish | undefined
  let isLeaving = false
  // What came by the system's share sheet, which any site can use, waits until somebody has pressed something here.
  let isHeld = false
  // Whether complaints stand beside fields that could not be kept.
  let isRefused = false
  /** An older post with one of the files, of which no photo knows. */
  let olderPost: string | undefined

  const photos = openPhotos({
    form,
    list: part('[data-photos]'),
    template: part<HTMLTemplateElement>('template[data-photo]'),
    field,
    tell: (sentence) => {
      news.textContent = sentence
    },
    isLeaving: () => isLeaving,
    onChange: () => {
      remind(false)
      void goOn()
    },
    onTouched: () => {
      // While photos are waited for, it says that.
      if (!wish) keptLine.textContent = ''
    },
    onKept: () => {
      if (isRefused) complain(form, {})
      isRefused = false
      keptLine.textContent = words.kept ?? ''
    },
    onNotKept: (error) => {
      keptLine.textContent = words.notKept ?? ''
      isRefused = error instanceof No
      if (error instanceof No) complain(form, error.fields)
    },
  })
  const { draft } = photos

  // It is told beside the fields what is wrong, and photos are not in the field any more.
  form.noValidate = true
  gather(field, part('.drop'), take)
  for (const plain of form.querySelectorAll<HTMLElement>('[data-plain-photo]')) photos.adopt(plain)
  if (field.files?.length) take([...field.files])

  form.addEventListener('input', ({ target }) => {
    if (target === field) return
    draft.touch()
    remind(false)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!wish && !isLeaving) ask((event.submitter?.dataset.wish as Wish | undefined) ?? 'share')
  })
  addEventListener('beforeunload', (event) => {
    const isOpen = photos.isBusy() || photos.inOrder().some(({ state }) => state === 'failed') || !draft.isKept()
    if (isOpen && !isLeaving) event.preventDefault()
  })
  // Deleting the draft is no reason to ask whether what was typed is to be lost.
  document.addEventListener('submit', ({ target }) => {
    if (target instanceof HTMLFormElement && target.matches('[action$="/delete"]')) isLeaving = true
  })
  // Somebody has come back to what is shared by now.
  addEventListener('pageshow', ({ persisted }) => persisted && isLeaving && location.reload())

  function take(files: File[]): void {
    if (!files.length) return
    const room = Number(words.most) - photos.inOrder().length
    complain(form, files.length > room ? { file: words.tooMany ?? '' } : {})
    if (sharedFromOutside?.hidden === false && !photos.inOrder().length) isHeld = true
    else release()
    for (const file of files.slice(0, room)) photos.add(file, isHeld)
  }

  function release(): void {
    if (isHeld) photos.start()
    isHeld = false
    field.value = ''
  }

  /** Begins what a button says; it is done as soon as all photos have arrived. */
  function ask(what: Wish): void {
    say('')
    if (!photos.inOrder().length && what !== 'keep') {
      complain(form, { file: words.none ?? '' })?.focus()
      return
    }
    release()
    if (what === 'share' && remind(true)) return
    wish = what
    if (photos.isBusy()) keptLine.textContent = words.waits ?? ''
    void goOn()
  }

  async function goOn(): Promise<void> {
    if (!wish || photos.isBusy()) return
    const what = wish
    const wrong = photos.inOrder().find(({ state }) => state === 'failed' || (state === 'refused' && what === 'share'))
    if (wrong || (what === 'share' && remind(true))) {
      wish = undefined
      keptLine.textContent = ''
      if (!wrong) return
      say((wrong.state === 'refused' ? words.refused : words.failed) ?? '')
      wrong.tile.remove.focus()
      return
    }
    wish = undefined
    isLeaving = what !== 'keep'
    try {
      const again = seen.has('duplicate') ? 'again' : 'yes'
      const { url } = await draft.keep(what === 'share' ? { share: again } : {})
      if (what === 'keep') keptLine.textContent = words.kept ?? ''
      else location.assign(what === 'share' ? url : `${url}/edit`)
    } catch (error) {
      isLeaving = false
      refuse(error)
    }
  }

  function refuse(error: unknown): void {
    keptLine.textContent = ''
    if (error instanceof No && error.fields.duplicate) {
      olderPost = `/p/${error.fields.duplicate}`
      remind(true)
      return
    }
    const wrong = error instanceof No ? complain(form, error.fields) : undefined
    if (wrong) wrong.focus()
    else say(error instanceof No ? error.message : unreached)
  }

  function say(sentence: string): void {
    problem.textContent = sentence
  }

  /**
   * Shows what there is to think of before sharing. Once seen it stops nobody.
   * @param isAsked whether somebody is about to share
   * @returns whether something of it is new
   */
  function remind(isAsked: boolean): boolean {
    const there = photos.inOrder()
    const older = olderPost ?? there.find(({ duplicateOf }) => duplicateOf)?.duplicateOf
    const is: Record<Reminder, boolean> = {
      undescribed: there.some(({ tile }) => tile.lacksDescription()),
      duplicate: older !== undefined,
    }
    const open = (Object.keys(is) as Reminder[]).filter((reminder) => is[reminder])
    const isNew = isAsked && open.some((reminder) => !seen.has(reminder))
    if (isAsked) for (const reminder of open) seen.add(reminder)
    const shown = open.filter((reminder) => seen.has(reminder))
    for (const line of reminders.querySelectorAll<HTMLElement>('[data-reminder]'))
      line.hidden = !shown.includes(line.dataset.reminder as Reminder)
    if (older) reminders.querySelector('a')?.setAttribute('href', older)
    reminders.hidden = !shown.length
    if (isNew) reminders.scrollIntoView({ block: 'center' })
    const label = shown.includes('duplicate') ? 'again' : shown.includes('undescribed') ? 'anyway' : undefined
    shareButton.textContent = (label && shareButton.dataset[label]) ?? shareLabel
    return isNew
  }
}

/** A draft's page, which is of use without us, has its parts in several forms: here they become the one that a new post has. */
function bringTogether(form: HTMLFormElement): void {
  for (const plain of form.parentElement?.querySelectorAll('[data-plain]') ?? []) plain.remove()
  const adding = document.querySelector('[data-adding]')
  const drop = adding?.querySelector('.drop')
  if (drop) form.querySelector('[data-photos]')?.before(drop)
  adding?.remove()
}
