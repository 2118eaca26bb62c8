import type { Instance } from '../instance/service.ts'
import { direction, say, spokenLanguage } from '../language/say.ts'
import { asset } from '../views/asset.ts'
import { themeColours } from '../views/head.tsx'

// As many characters as launchers have room for below an icon.
const mostShortCharacters = 12

/** What a browser needs to know to install this Gramstack as an app (https://www.w3.org/TR/appmanifest/). */
export function manifestOf({ name }: Pick<Instance, 'name'>) {
  return {
    id: '/',
    lang: spokenLanguage(),
    dir: direction(),
    name,
    short_name: shortName(name),
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: themeColours.light,
    theme_color: themeColours.light,
    icons: [
      { src: asset('favicon.svg'), type: 'image/svg+xml', sizes: 'any' },
      { src: asset('icon-192.png'), type: 'image/png', sizes: '192x192' },
      { src: asset('icon-512.png'), type: 'image/png', sizes: '512x512' },
      { src: asset('icon-maskable-512.png'), type: 'image/png', sizes: '512x512', purpose: 'maskable' },
    ],
    shortcuts: [
      { name: say('New photo'), url: '/upload' },
      { name: say('Notifications'), url: '/notifications' },
    ],
    share_target: {
      action: '/share-target',
      method: 'POST',
      enctype: 'multipart/form-data',
      params: { files: [{ name: 'file', accept: ['image/*'] }] },
    },
  }
}

/** As many whole words of a name as there is room for. */
function shortName(name: string): string {
  let short = ''
  for (const word of name.split(' ')) {
    const longer = short ? `${short} ${word}` : word
    if ([...longer].length > mostShortCharacters) break
    short = longer
  }
  return short || [...name].slice(0, mostShortCharacters).join('')
}
