import type { Scene } from './scenes.ts'

/** The people and posts that a new Gramstack can be filled with to be looked at. */
export interface DemoPerson {
  username: string
  displayName: string
  posts: readonly DemoPost[]
}

export interface DemoPost {
  photos: readonly { scene: Scene; shape: 'portrait' | 'landscape' | 'square'; alt: string }[]
  caption: string
  place?: string
  contentWarning?: string
}

export const demoPeople: readonly DemoPerson[] = [
  {
    username: 'ada',
    displayName: 'Ada Lindqvist',
    posts: [
      {
        photos: [
          { scene: 'aurora', shape: 'portrait', alt: 'Green northern lights above a dark ridge.' },
          { scene: 'moon', shape: 'portrait', alt: 'The moon over the same hills, an hour later.' },
          { scene: 'lake', shape: 'portrait', alt: 'The lake in the morning, quite still.' },
        ],
        caption: 'We had nearly given up and gone to bed. #aurora #northernlights',
        place: 'Abisko, Sweden',
      },
      {
        photos: [{ scene: 'lake', shape: 'landscape', alt: 'A lake without a wave, hills behind it.' }],
        caption: 'Not a breath of wind this morning.',
      },
      {
        photos: [{ scene: 'mountains', shape: 'portrait', alt: 'Mountains one behind another, the sun just up.' }],
        caption: 'Up at four for this. Worth every yawn. With @mateo #sunrise',
      },
    ],
  },
  {
    username: 'mateo',
    displayName: 'Mateo Ríos',
    posts: [
      {
        photos: [{ scene: 'dunes', shape: 'square', alt: 'Orange dunes under a pale sky.' }],
        caption: 'Sand in everything I own. No regrets.',
      },
      {
        photos: [
          { scene: 'city', shape: 'portrait', alt: 'A city at night from high above.' },
          { scene: 'city', shape: 'portrait', alt: 'Other windows, lit just the same.' },
        ],
        caption: 'Seventeenth floor, lights of the night shift. #citylights',
        place: 'Bogotá',
      },
      {
        photos: [{ scene: 'sea', shape: 'landscape', alt: 'The sun going down behind the sea.' }],
        caption: 'Last ferry home.',
      },
    ],
  },
  {
    username: 'yuki',
    displayName: 'Yuki Tanaka',
    posts: [
      {
        photos: [{ scene: 'lake', shape: 'square', alt: 'A lake after rain.' }],
        caption: 'Ten minutes after the rain. #雨上がり',
      },
      {
        photos: [{ scene: 'moon', shape: 'square', alt: 'A full moon and its path on the water.' }],
        caption: '月が綺麗ですね',
      },
      {
        photos: [{ scene: 'forest', shape: 'portrait', alt: 'Fir trees in fog.' }],
        caption: 'Fog makes every tree polite.',
      },
    ],
  },
  {
    username: 'nour',
    displayName: 'Nour Haddad',
    posts: [
      {
        photos: [{ scene: 'city', shape: 'landscape', alt: 'Rooftops in the evening.' }],
        caption: 'Rooftops, tea, neighbours.',
      },
      {
        photos: [{ scene: 'dunes', shape: 'landscape', alt: 'A track through dunes.' }],
        caption: 'Grandfather’s road.',
      },
      {
        photos: [{ scene: 'sea', shape: 'portrait', alt: 'A calm sea at dusk.' }],
        caption: 'أول أيام الصيف #صيف',
      },
    ],
  },
  {
    username: 'sam.k',
    displayName: 'Sam Kowalski',
    posts: [
      {
        photos: [{ scene: 'aurora', shape: 'square', alt: 'Northern lights, very green.' }],
        caption: 'Green!',
      },
      {
        photos: [{ scene: 'forest', shape: 'landscape', alt: 'A forest in which one could get lost.' }],
        caption: 'Found the path again. Eventually.',
        contentWarning: 'For those who get lost easily',
      },
      {
        photos: [{ scene: 'mountains', shape: 'landscape', alt: 'A long way down into a valley.' }],
        caption: 'Day 3. Knees: bad. View: good.',
      },
    ],
  },
]
