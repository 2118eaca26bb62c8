/** Signs, drawn on a field of 24 by 24 with lines of one width. */
const paths = {
  home: 'M4 10.5 12 4l8 6.5V20h-5.5v-5.5h-5V20H4z',
  explore: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zm3.5 5-2 5-5 2 2-5z',
  plus: 'M7.5 3.5h9a4 4 0 0 1 4 4v9a4 4 0 0 1-4 4h-9a4 4 0 0 1-4-4v-9a4 4 0 0 1 4-4zM12 8v8M8 12h8',
  bookmark: 'M6 4h12v16.5l-6-5-6 5z',
  bell: 'M12 3.5a5.5 5.5 0 0 0-5.5 5.5v4.5L4.5 17h15l-2-3.5V9A5.5 5.5 0 0 0 12 3.5zM10 20h4',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20',
  heart: 'M12 20.5 4.2 12.6a4.9 4.9 0 0 1 0-6.9 4.9 4.9 0 0 1 6.9 0l.9.9.9-.9a4.9 4.9 0 0 1 6.9 0 4.9 4.9 0 0 1 0 6.9z',
  comment: 'M12 4a8 8 0 0 0-6.9 12L4 20l4-1.1A8 8 0 1 0 12 4z',
  share: 'M4 12.5V20h16v-7.5M12 15.5V4M8 7.5 12 3.5l4 4',
  folder: 'M3.5 6.5h6l2 2.5h9v10h-17z',
  before: 'M14.5 6l-6 6 6 6',
  after: 'M9.5 6l6 6-6 6',
  again: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4v5h-5',
  'turn-left': 'M4.5 12a7.5 7.5 0 1 0 2.2-5.3L4.5 9M4.5 4v5h5',
  check: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM8 12l3 3 5-6',
  lock: 'M6 10.5h12v9H6zM8.5 10.5V7.5a3.5 3.5 0 0 1 7 0v3',
  up: 'M6 14.5l6-6 6 6',
  down: 'M6 9.5l6 6 6-6',
  grip: 'M5 9h14M5 15h14',
  camera: 'M4 7.5h4l1.5-2.5h5L16 7.5h4v11.5H4zM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
} as const

export type IconName = keyof typeof paths

/** A sign. It says nothing to those who hear the page: what it stands for is said by what it stands in. */
export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
  const pointing = name === 'before' || name === 'after' ? ' along' : ''
  return (
    <svg class={`glyph ${name}${pointing}`} viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
