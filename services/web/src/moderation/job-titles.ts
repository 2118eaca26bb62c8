import type { JobName } from '../jobs/queue.ts'
import { phrase, say } from '../language/say.ts'

/** What was to be done, by the kind of job. */
const jobTitles: Readonly<Record<JobName, string>> = {
  'develop-photo': phrase('Developing a photo'),
  'develop-avif': phrase('Making AVIF of a photo'),
  'develop-avatar': phrase('Developing somebody’s picture'),
  'open-photos': phrase('Opening somebody’s photos'),
  'send-mail': phrase('Sending a mail'),
  push: phrase('Telling a browser of news'),
  export: phrase('Making an export'),
  'remove-account': phrase('Removing an account'),
}

/** A kind of job in words. @param name as the database has it: perhaps of another release */
export function jobTitle(name: string): string {
  const title = jobTitles[name as JobName]
  return title === undefined ? name : say(title)
}
