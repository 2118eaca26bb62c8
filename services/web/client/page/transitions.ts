/** A photo of a grid grows into that of its post, and goes back there, where browsers show the way from page to page. */

addEventListener('pageswap', (event) => {
  const to = event.activation?.entry.url
  if (event.viewTransition && to) name(to, event.viewTransition.finished)
})

addEventListener('pagereveal', (event) => {
  const from = window.navigation?.activation?.from?.url
  if (event.viewTransition && from) name(from, event.viewTransition.finished)
})

/** Names the photo of a grid that leads to a post, as the style sheet names the one of the post, for as long as one becomes the other. */
function name(url: string, finished: Promise<unknown>): void {
  const { pathname } = new URL(url)
  if (!/^\/p\/[\w-]+$/.test(pathname)) return
  const picture = document.querySelector<HTMLElement>(`.grid a[href="${pathname}"] picture`)
  if (!picture) return
  picture.style.setProperty('view-transition-name', 'photo')
  void finished.finally(() => picture.style.removeProperty('view-transition-name'))
}
