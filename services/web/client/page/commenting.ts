/** A comment below a post of a feed stands there as soon as it is sent, and is taken back into its field if the server says no. */
import { say } from './say.ts'
import { No, send } from './send.ts'

document.addEventListener('submit', (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !form.matches('.add-comment')) return
  const field = form.elements.namedItem('text')
  const key = form.elements.namedItem('idempotencyKey')
  const list = form.parentElement?.querySelector('.latest')
  if (!(field instanceof HTMLInputElement) || !(key instanceof HTMLInputElement) || !list) return
  event.preventDefault()
  const written = field.value
  if (!written.trim()) return
  const sending = send(form.action, form)
  const line = lineOf(form, written)
  list.append(line)
  field.value = ''
  // The next one is another comment.
  key.value = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`
  sending.then(
    (answer) => count(form, answer),
    (error: unknown) => {
      line.remove()
      // Unless something else has been begun meanwhile.
      field.value ||= written
      say(error instanceof No ? error.message : '')
    },
  )
})

/** Says how many comments the post has now, as the server puts it. */
async function count(form: HTMLFormElement, answer: Response): Promise<void> {
  const { onPost } = await answer.json()
  const post = form.closest('article')
  const way = post?.querySelector('.to-comments')
  way?.setAttribute('aria-label', onPost.inWords)
  const figure = way?.querySelector('span')
  if (figure) figure.textContent = onPost.figure
  const all = post?.querySelector('.all-comments [href$="#comments"]')
  if (all) all.textContent = onPost.allInWords
}

function lineOf(form: HTMLFormElement, text: string): HTMLElement {
  const line = document.createElement('li')
  const author = document.createElement('a')
  author.className = 'author'
  author.href = form.dataset.authorPage ?? ''
  author.textContent = form.dataset.author ?? ''
  const said = document.createElement('span')
  said.dir = 'auto'
  said.textContent = text.trim()
  line.append(author, ' ', said)
  return line
}
