/**
 * A process that has read its packages before there is anything to run, which is half of a start: node spare.ts package...
 * What it then runs is the file that it is told of.
 */
import { pathToFileURL } from 'node:url'

const [, , ...packages] = process.argv
// One that cannot be read is for the file to fail at.
await Promise.allSettled(packages.map((name) => import(name)))
process.once('message', (path: string) => import(pathToFileURL(path).href))
