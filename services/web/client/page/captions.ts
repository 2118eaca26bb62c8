/** Unfolds a long caption where it stands, instead of leading to the page that has all of it. */
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('.unfold-caption') : null
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  const caption = link.closest('article')?.querySelector<HTMLElement>('.caption')
  caption?.classList.remove('folded')
  caption?.setAttribute('tabindex', '-1')
  caption?.focus({ preventScroll: true })
  link.parentElement?.remove()
})
