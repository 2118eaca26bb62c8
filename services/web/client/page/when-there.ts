/**
 * Does something with each element of a kind: with those on the page, and with those that other modules add to it later.
 * @param selector of the elements
 * @param act what is done with one, once
 */
export function whenThere<Kind extends HTMLElement>(selector: string, act: (element: Kind) => void): void {
  for (const element of document.querySelectorAll<Kind>(selector)) act(element)
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (!(node instanceof HTMLElement)) continue
        if (node.matches(selector)) act(node as Kind)
        for (const element of node.querySelectorAll<Kind>(selector)) act(element)
      }
    }
  }).observe(document.body, { childList: true, subtree: true })
}
