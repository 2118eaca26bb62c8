/**
 * gramstack: what an operator does by hand. In the containers: docker compose exec web gramstack …; without Docker:
 * npm run gramstack -- …, which uses the embedded database, starting it if it does not run.
 */
import { randomBytes } from 'node:crypto'
import { Command } from 'commander'
import { z } from 'zod'
import { accountInput } from './accounts/input.ts'
import { createAccount, findPerson, promote } from './accounts/service.ts'
import { appointModerator } from './accounts/standing.ts'
import {
  type Config,
  isDatabaseConfigured,
  localFolder,
  readConfig,
  readEnvironmentFile,
  readLocalConfig,
} from './config.ts'
import { verifyCounts } from './counts/verify.ts'
import { connect, type Db } from './db/connect.ts'
import { waitForDatabase } from './db/migrate.ts'
import { demoPassword, seed } from './demo/seed.ts'
import { deleteAccount } from './departures/service.ts'
import { costliestStatements } from './doctor/costly-statements.ts'
import { diagnose } from './doctor/doctor.ts'
import { readInput } from './http/input.ts'
import { Refusal } from './http/refusal.ts'
import { signUpMode } from './instance/input.ts'
import { readInstance, setSignUpMode } from './instance/service.ts'
import { openQueue } from './jobs/queue.ts'
import { findRunningCluster, startCluster } from './local/cluster.ts'
import { openStorage } from './media/local-storage.ts'
import { leavePasswordAlone } from './moderation/admins-decide.ts'
import { rerender } from './photos/rerender.ts'
import { verifyMedia } from './photos/verify.ts'
import { type AtEnd, runProcess } from './process.ts'
import { rerenderAvatars } from './profiles/rerender.ts'
import { verifyAvatars } from './profiles/verify.ts'
import { refuseFuture, upgrade } from './upgrades/service.ts'
import { version } from './version.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

await runProcess(async (atEnd) => {
  readEnvironmentFile()
  let status = 0
  const program = new Command('gramstack').description('Looks after a Gramstack.').version(version).showHelpAfterError()

  program
    .command('migrate')
    .alias('create_db')
    .description('bring the database up to date; nothing in it is lost, and a second run changes nothing')
    .option('--anew', 'also where database and media volume do not belong together')
    .action(async (options: { anew?: boolean }) => {
      const isAnew = options.anew === true
      const config = await settings(atEnd, isAnew)
      const taken = await upgrade(config, await openStorage(config.mediaRoot), isAnew)
      say(taken.length ? `The database is up to date: ${taken.join(', ')}.` : 'The database was up to date already.')
    })

  program
    .command('seed')
    .alias('seed_db')
    .description('add demo people and posts; whoever and whatever is there stays as it is')
    .action(async () => {
      const config = await settings(atEnd)
      const db = await openDb(config, atEnd)
      const queue = await openQueue(db)
      atEnd(() => queue.stop())
      // The demo password stands in the README: it opens no door on a production host.
      const password = config.isProduction ? newPassword() : demoPassword
      const added = await seed({ db, queue, storage: await openStorage(config.mediaRoot) }, password)
      if (!added.people.length && !added.posts) return say('The demo people and their posts are here already.')
      say(
        `Added ${added.people.length} people (${added.people.join(', ')}) and ${added.posts} posts; the worker is developing their photos.`,
      )
      if (added.people.length) say(`Their password: ${password}`)
    })

  program
    .command('create-admin <name>')
    .description('make an account with the rank of admin, or give the rank to somebody who is here')
    .option('--password-stdin', 'read the password from standard input rather than make one up')
    .action(async (name: string, options: { passwordStdin?: boolean }) => {
      const db = await openDb(await settings(atEnd), atEnd)
      const password = options.passwordStdin ? await readLine() : newPassword()
      const input = readInput(accountInput, { username: name, password })
      try {
        await createAccount(db, { ...input, displayName: '', isAdmin: true })
        say(`${input.username} is here and is an admin.${options.passwordStdin ? '' : ` Password: ${password}`}`)
      } catch (error) {
        if (!(error instanceof Refusal) || error.kind !== 'conflict') throw error
        await promote(db, input.username)
        say(`${input.username} was here already and is an admin now; the password stays as it was.`)
      }
    })

  for (const [command, isModerator, description] of [
    ['make-moderator', true, 'let somebody decide about reports'],
    ['remove-moderator', false, 'take that from them again'],
  ] as const) {
    program
      .command(`${command} <name>`)
      .description(description)
      .action(async (name: string) => {
        const db = await openDb(await settings(atEnd), atEnd)
        const { username } = await findPerson(db, name)
        await appointModerator(db, username, isModerator)
        say(`${username} ${isModerator ? 'is a moderator now' : 'is no moderator any more'}.`)
      })
  }

  program
    .command('reset-two-factor <name>')
    .description('let the password alone do again, for somebody who has lost their phone and their recovery codes')
    .action(async (name: string) => {
      const db = await openDb(await settings(atEnd), atEnd)
      const { id, username } = await findPerson(db, name)
      await db.transaction((tx) => leavePasswordAlone(tx, id))
      say(
        `${username} signs in by password alone now: app, codes and passkeys are gone, and every browser is signed out.`,
      )
    })

  program
    .command('sign-ups [mode]')
    .description('say who may sign up, or have it be open, approval, invitation or closed')
    .action(async (given: string | undefined) => {
      const db = await openDb(await settings(atEnd), atEnd)
      if (given !== undefined) await setSignUpMode(db, readInput(z.object({ mode: signUpMode }), { mode: given }).mode)
      say(`Sign-ups: ${(await readInstance(db)).signUpMode}.`)
    })

  program
    .command('delete-account <name>')
    .description('hide an account at once, and remove all of it in 14 days, until when its owner can take that back')
    .option('--now', 'remove it now; nobody can take that back')
    .action(async (name: string, options: { now?: boolean }) => {
      const config = await settings(atEnd)
      const db = await openDb(config, atEnd)
      const queue = await openQueue(db)
      atEnd(() => queue.stop())
      const person = await findPerson(db, name)
      const deps = { db, queue, storage: await openStorage(config.mediaRoot) }
      const leavesAt = await deleteAccount(deps, person.id, { isAtOnce: options.now === true })
      say(
        options.now
          ? `${person.username} is hidden, and the worker is removing all of it.`
          : `${person.username} is hidden, and removed on ${leavesAt.toISOString().slice(0, 10)}. Until then its owner can sign in and take that back.`,
      )
    })

  program
    .command('doctor')
    .description('check settings, database, pool, volume, queue, mail and metrics, and say what is wrong')
    .action(async () => {
      const findings = await diagnose(() => settings(atEnd), atEnd)
      for (const { what, problem } of findings)
        say(`${problem ? 'WRONG' : 'ok   '}  ${what}${problem ? `: ${problem}` : ''}`)
      status = findings.some(({ problem }) => problem) ? 1 : 0
    })

  program
    .command('slow-queries [count]')
    .description('list the statements that took most time of all, and how often and for how long each was run')
    .action(async (given = '10') => {
      const { count } = readInput(z.object({ count: z.coerce.number().int().min(1).max(1000) }), { count: given })
      const db = await openDb(await settings(atEnd), atEnd)
      const found = await costliestStatements(db, count)
      if (!found) {
        say('This database does not count statements: it has to load pg_stat_statements (shared_preload_libraries).')
        status = 1
        return
      }
      for (const { statement, calls, meanMilliseconds, mostMilliseconds, totalMilliseconds } of found) {
        const [mean, most] = [meanMilliseconds, mostMilliseconds].map((milliseconds) => milliseconds.toFixed(1))
        say(
          `${(totalMilliseconds / 1000).toFixed(1)} s in ${calls} times, ${mean} ms each, ${most} ms at most: ${statement}`,
        )
      }
    })

  const media = program.command('media').description('look after the photos on the disk')

  media
    .command('verify')
    .description('compare database and storage, both ways; status 1 if anything is left that does not fit')
    .option('--repair', 'put right what can be: make renditions anew, open or close them, remove files of no photo')
    .option('--hash', 'read every original, and compare it with what was uploaded')
    .action(async (options: { repair?: boolean; hash?: boolean }) => {
      const config = await settings(atEnd)
      const db = await openDb(config, atEnd)
      const queue = await openQueue(db)
      atEnd(() => queue.stop())
      const deps = { db, queue, storage: await openStorage(config.mediaRoot) }
      let found = 0
      let left = 0
      const chosen = { isRepairing: options.repair === true, isHashing: options.hash === true }
      for (const problems of [verifyMedia(deps, chosen), verifyAvatars(deps, chosen)]) {
        for await (const { what, remedy } of problems) {
          found += 1
          if (!remedy || !options.repair) left += 1
          say(`${what}: ${remedy ? (options.repair ? remedy : `--repair: ${remedy}`) : 'only a backup has it'}`)
        }
      }
      say(found ? `${found} found, ${left} left.` : 'Database and storage fit.')
      status = left ? 1 : 0
    })

  media
    .command('rerender')
    .description('make renditions anew after a change of settings or release; may be stopped, and goes on where it was')
    .option('--all', 'also those that today’s settings made')
    .action(async (options: { all?: boolean }) => {
      const config = await settings(atEnd)
      const db = await openDb(config, atEnd)
      const queue = await openQueue(db)
      atEnd(() => queue.stop())
      const makesAvif = config.avifEffort !== undefined
      const deps = { db, queue, storage: await openStorage(config.mediaRoot) }
      const isForAll = options.all === true
      const photosLeft = (photos: number) => say(`${photos} photos to do`)
      const photos = await rerender({ ...deps, makesAvif, onProgress: photosLeft }, isForAll)
      const avatarsLeft = (avatars: number) => say(`${avatars} pictures of people to do`)
      const avatars = await rerenderAvatars({ ...deps, onProgress: avatarsLeft }, isForAll)
      const seeLog = "see the worker's log, and gramstack media verify."
      if (photos) say(`${photos} photos could not be done: ${seeLog}`)
      if (avatars) say(`${avatars} pictures of people could not be done: ${seeLog}`)
      status = photos || avatars ? 1 : 0
    })

  program
    .command('counts')
    .description('look after the numbers of likes, comments, followers, posts and hashtags')
    .command('verify')
    .description('count anew, and compare with what is stored; status 1 if anything is left that does not fit')
    .option('--repair', 'store what was counted')
    .action(async (options: { repair?: boolean }) => {
      const db = await openDb(await settings(atEnd), atEnd)
      const isRepairing = options.repair === true
      let found = 0
      for await (const { table, id, counter, stored, counted } of verifyCounts(db, isRepairing)) {
        found += 1
        say(
          `${table} ${id}: ${counter} ${isRepairing ? 'was' : 'is'} ${stored ?? 'none'}, ${isRepairing ? 'and is now' : 'and should be'} ${counted ?? 'none'}`,
        )
      }
      const left = isRepairing ? 0 : found
      say(found ? `${found} found, ${left} left.` : 'All counts fit.')
      status = left ? 1 : 0
    })

  try {
    await program.parseAsync()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  }
  return status
})

/** The settings: of the environment where it names a database, else of the embedded one. */
async function settings(atEnd: AtEnd, isAnew = false): Promise<Config> {
  if (isDatabaseConfigured()) return readConfig()
  const folder = localFolder()
  const running = await findRunningCluster(folder)
  if (running) return readLocalConfig(running)
  const config = readLocalConfig(await startCluster(folder, atEnd))
  // As npm start does: the folder may be new.
  await upgrade(config, await openStorage(config.mediaRoot), isAnew)
  return config
}

async function openDb(config: Config, atEnd: AtEnd): Promise<Db> {
  const db = connect(config.database, 'gramstack cli')
  atEnd(() => db.destroy())
  await waitForDatabase(db, config.database)
  await refuseFuture(db)
  return db
}

function newPassword(): string {
  return randomBytes(12).toString('base64url')
}

async function readLine(): Promise<string> {
  process.stdin.setEncoding('utf8')
  let text = ''
  for await (const chunk of process.stdin) text += chunk
  return text.replace(/\r?\n$/, '')
}
