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
      { scene: 'aurora', shape: 'portrait', caption: 'We had nearly given up and gone to bed.' },
      { scene: 'lake', shape: 'landscape', caption: 'Not a breath of wind this morning.' },
      { scene: 'mountains', shape: 'portrait', caption: 'Up at four for this. Worth every yawn.' },
    ],
  },
  {
    username: 'mateo',
    displayName: 'Mateo Ríos',
    photos: [
      { scene: 'dunes', shape: 'square', caption: 'Sand in everything I own. No regrets.' },
      { scene: 'city', shape: 'portrait', caption: 'Seventeenth floor, lights of the night shift.' },
      { scene: 'sea', shape: 'landscape', caption: 'Last ferry home.' },
    ],
  },
  {
    username: 'yuki',
    displayName: 'Yuki Tanaka',
    photos: [
      { scene: 'lake', shape: 'square', caption: 'Ten minutes after the rain.' },
      { scene: 'moon', shape: 'square', caption: '月が綺麗ですね' },
      { scene: 'forest', shape: 'portrait', caption: 'Fog makes every tree polite.' },
    ],
  },
  {
    username: 'nour',
    displayName: 'Nour Haddad',
    photos: [
      { scene: 'city', shape: 'landscape', caption: 'Rooftops, tea, neighbours.' },
      { scene: 'dunes', shape: 'landscape', caption: 'Grandfather’s road.' },
      { scene: 'sea', shape: 'portrait', caption: 'أول أيام الصيف' },
    ],
  },
  {
    username: 'sam.k',
    displayName: 'Sam Kowalski',
    photos: [
      { scene: 'aurora', shape: 'square', caption: 'Green!' },
      { scene: 'forest', shape: 'landscape', caption: 'Found the path again. Eventually.' },
      { scene: 'mountains', shape: 'landscape', caption: 'Day 3. Knees: bad. View: good.' },
    ],
  },
]
