import { hash, verify } from '@node-rs/argon2'

/**
 * argon2id (the library's default) at OWASP's figures: 19 MiB, 2 passes, 1 lane.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

// Checked when there is no such person, so that the answer takes as long as when there is.
const nobodysHash = hash('no one has this password', cost)

/** Hashes a password for keeping: a PHC string that holds its own salt and figures. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, cost)
}

/**
 * Whether a password is the one that was hashed.
 * @param passwordHash undefined where there is no such person: takes as long, and is false
 */
export async function isPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await nobodysHash), password)
  return passwordHash !== undefined && matches
}

/** Whether a hash was made when less was asked for: then it is made anew, at the next chance to see the password. */
export function isOutdated(passwordHash: string): boolean {
  const figures = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(passwordHash)
  return !figures || Number(figures[1]) < cost.memoryCost || Number(figures[2]) < cost.timeCost
}
