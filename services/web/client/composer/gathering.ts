/**
 * Takes photos that are chosen in a field, dropped anywhere on the page, or pasted.
 * @param take given the files
 */
export function gather(field: HTMLInputElement, zone: HTMLElement, take: (files: File[]) => void): void {
  field.addEventListener('change', () => take([...(field.files ?? [])]))

  addEventListener('paste', ({ clipboardData, target }) => {
    // An office program adds a picture of what it copies: into a text it is the text that is meant.
    const isText =
      target instanceof Element && target.closest('input, textarea') && clipboardData?.getData('text/plain')
    if (!isText && clipboardData?.files.length) take([...clipboardData.files])
  })

  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
  const isOver = (over: boolean) => zone.classList.toggle('is-over', over)
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    isOver(true)
  })
  addEventListener('dragleave', ({ relatedTarget }) => {
    if (!relatedTarget) isOver(false)
  })
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    isOver(false)
    take(filesOf(event.dataTransfer))
  })
}

/** Folders look like files that cannot be read. */
function filesOf(dropped: DataTransfer | null): File[] {
  return [...(dropped?.items ?? [])].flatMap((item) =>
    item.kind === 'file' && item.webkitGetAsEntry()?.isDirectory !== true ? (item.getAsFile() ?? []) : [],
  )
}
