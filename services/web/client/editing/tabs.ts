/**
 * Tabs as everybody knows them: one is chosen by pressing it or by the arrow keys, and shows its panel.
 * @param onChoice hears which
 * @returns chooses one
 */
export function openTabs(list: HTMLElement, onChoice: (name: string) => void): (name: string) => void {
  const tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]')]

  function choose(name: string): void {
    for (const tab of tabs) {
      const isChosen = tab.dataset.tab === name
      tab.ariaSelected = String(isChosen)
      tab.tabIndex = isChosen ? 0 : -1
      const panel = document.getElementById(tab.getAttribute('aria-controls') ?? '')
      if (panel) panel.hidden = !isChosen
    }
    onChoice(name)
  }

  list.addEventListener('click', ({ target }) => {
    const tab = target instanceof Element ? target.closest<HTMLElement>('[role=tab]') : null
    if (tab?.dataset.tab) choose(tab.dataset.tab)
  })
  list.addEventListener('keydown', (event) => {
    const onwards = getComputedStyle(list).direction === 'rtl' ? -1 : 1
    const by = { ArrowRight: onwards, ArrowLeft: -onwards }[event.key]
    if (!by) return
    event.preventDefault()
    const at = tabs.findIndex(({ ariaSelected }) => ariaSelected === 'true')
    const next = tabs[(at + by + tabs.length) % tabs.length]
    if (!next?.dataset.tab) return
    choose(next.dataset.tab)
    next.focus()
  })
  return choose
}
