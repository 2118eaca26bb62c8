/** A photo of a grid grows into that of its post, and goes back there, where browsers show the way from page to page. */

addEventListener('pageswap', ({ viewTransition, activation }) => {
  // There is none where the way leads to another site.
  const to = activation?.entry?.url
  if (viewTransition) name(to, viewTransition)
})

addEventListener('pagereveal', ({ viewTransition }) => {
  const from = window.navigation?.activation?.from?.url
  if (viewTransition) name(from, viewTransition)
})

/** Names the photo of a grid that leads to a post, as the style sheet names the one of the post, for as long as one becomes the other. */
function name(url: string | null | undefined, { ready, updateCallbackDone, finished }: ViewTransition): void {
  const code = /\/p\/([\w-]{11})$/.exec(url ?? '')?.[1]
  const picture = code ? document.querySelector<HTMLElement>(`.grid a[href="/p/${code}"] picture`) : null
  picture?.style.setProperty('view-transition-name', 'photo')
  const end = () => picture?.style.removeProperty('view-transition-name')
  // A browser may give it up, which is no error of ours.
  for (const step of [ready, updateCallbackDone]) step.catch(() => undefined)
  finished.then(end, end)
}
