/**
 * How long things go wrong, and how often: as long as it takes to believe it, or with FAULTS=short for a look at all of it within some
 * minutes, beside other work, in which nothing is judged by the clock.
 */
export const isShort = process.env.FAULTS === 'short'

export const turns = isShort ? 3 : 10
export const hangSeconds = isShort ? 20 : 60
export const soakMinutes = isShort ? 1 : Number(process.env.SOAK_MINUTES ?? 20)
