const shownMilliseconds = 6_000

const line = document.querySelector<HTMLElement>('.said-now')
let leaving: number | undefined

/** Says a sentence, to the eye and to the ear, and takes it away again. */
export function say(sentence: string): void {
  if (!line) return
  clearTimeout(leaving)
  line.textContent = sentence
  leaving = window.setTimeout(() => {
    line.textContent = ''
  }, shownMilliseconds)
}

/** What is said where the server could not be reached. */
export const unreached = line?.dataset.unreached ?? ''
