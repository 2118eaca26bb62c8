import { chance } from './chance.ts'

/** What people are called and what they write: names and words as unequally frequent as in a language. */

const commonWords =
  'sunset beach love travel summer friends mountains coffee morning night city light winter family garden'.split(' ')
const givenNames =
  'john anna maria peter paul ana jose ivan olga li wei yuki hana omar layla nina max julia marie jean luca sofia emma noah mia leon jan eva tom kate juan carla pedro ines hugo lena felix laura david sarah daniel rosa marta karl frida nils astrid bjorn ingrid pavel vera anton irina sven ulla otto greta'.split(
    ' ',
  )
const familyNames =
  'smith jones muller schmidt garcia lopez rossi bianchi silva santos dubois martin ivanov petrov sato suzuki kim lee nguyen tran hassan ali kowalski nowak jansen visser berg lind novak horvat papadopoulos demir yilmaz cohen levi singh kumar patel khan okafor mensah diaz perez moreau laurent fischer weber wagner becker hoffmann'.split(
    ' ',
  )
const syllables =
  'babebibobucacecicocudadedidodufafefifofugagegigogulalelilolumamemimomunaneninonupapepipopurareriroru' +
  'sasesisosutatetitotuvavevivovuzazezizozuhahehiho'
const syllable = (n: number): string => syllables.slice((n % 80) * 2, (n % 80) * 2 + 2)

/** The nth most frequent word: a real one, or one of three syllables. */
export function word(n: number): string {
  return commonWords[n] ?? syllable(n) + syllable(Math.floor(n / 80)) + syllable(n * 7)
}

/** How people are called, by their rank. */
export function nameOf(rank: number): { username: string; displayName: string } {
  const random = chance(rank)
  const given = givenNames[Math.floor(givenNames.length * random() ** 2)] ?? ''
  const family = familyNames[Math.floor(familyNames.length * random() ** 1.5)] ?? ''
  const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
  return { username: `${given}.${family}_${rank}`, displayName: `${capital(given)} ${capital(family)}` }
}
