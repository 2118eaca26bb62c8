import { percentiles, type Told } from './plan.ts'

/** What came of questions of one kind. */
export class Tally {
  readonly times: number[] = []
  failed = 0

  add(status: number, milliseconds: number): void {
    this.times.push(milliseconds)
    if (status >= 400) this.failed += 1
  }

  outcome(seconds: number): Told {
    const { times, failed } = this
    return { answered: times.length, failed, perSecond: times.length / seconds, milliseconds: percentiles(times) }
  }
}
