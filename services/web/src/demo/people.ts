import type { Scene } from './scenes.ts'

/** The people and photos that a new Gramstack can be filled with to be looked at. */
export interface DemoPerson {
  username: string
  displayName: string
  photos: readonly { scene: Scene; shape: 'portrait' | 'landscape' | 'square'; caption: string }[]
}

export const demoPeople: readonly DemoPerson[] = [
  {
    username: 'ada',
    displayName: 'Ada Lindqvist',
    photos: [
      { scene: 'mountains', shape: 'portrait', caption: 'Up at four for this. Worth every yawn.' },
      { scene: 'lake', shape: 'landscape', caption: 'Not a breath of wind this morning.' },
      { scene: 'aurora', shape: 'portrait', caption: 'We had nearly given up and gone to bed.' },
    ],
  },
  {
    username: 'mateo',
    displayName: 'Mateo Ríos',
    photos: [
      { scene: 'city', shape: 'portrait', caption: 'Seventeenth floor, lights of the night shift.' },
      { scene: 'sea', shape: 'landscape', caption: 'Last ferry home.' },
      { scene: 'dunes', shape: 'square', caption: 'Sand in everything I own. No regrets.' },
    ],
  },
  {
    username: 'yuki',
    displayName: 'Yuki Tanaka',
    photos: [
      { scene: 'forest', shape: 'portrait', caption: 'Fog makes every tree polite.' },
      { scene: 'moon', shape: 'square', caption: '月が綺麗ですね' },
      { scene: 'lake', shape: 'square', caption: 'Ten minutes after the rain.' },
    ],
  },
  {
    username: 'nour',
    displayName: 'Nour Haddad',
    photos: [
      { scene: 'dunes', shape: 'landscape', caption: 'Grandfather’s road.' },
      { scene: 'sea', shape: 'portrait', caption: 'أول أيام الصيف' },
      { scene: 'city', shape: 'landscape', caption: 'Rooftops, tea, neighbours.' },
    ],
  },
  {
    username: 'sam.k',
    displayName: 'Sam Kowalski',
    photos: [
      { scene: 'mountains', shape: 'landscape', caption: 'Day 3. Knees: bad. View: good.' },
      { scene: 'forest', shape: 'landscape', caption: 'Found the path again. Eventually.' },
      { scene: 'aurora', shape: 'square', caption: 'Green!' },
    ],
  },
]
