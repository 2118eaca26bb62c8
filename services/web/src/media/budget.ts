interface Share {
  amount: number
  /** For who can do without: asks to give it back. */
  makeWay: (() => void) | undefined
}

/**
 * An amount of something, such as memory, that several share: whoever needs some waits until it is there. First come, first
 * served; but those who can do without make way for those who can't.
 */
export class Budget {
  readonly #total: number
  readonly #taken = new Set<Share>()
  readonly #waiting: { share: Share; go: () => void }[] = []

  constructor(total: number) {
    this.#total = total
  }

  /** Whether an amount could ever be had. */
  holds(amount: number): boolean {
    return amount <= this.#total
  }

  /**
   * Takes an amount, once it is there.
   * @param makeWay is called when somebody else waits; for who can do without
   * @returns gives it back; a second call does nothing
   */
  async take(amount: number, makeWay?: () => void): Promise<() => void> {
    const share = { amount, makeWay }
    const served = new Promise<void>((go) => {
      const firstPatient = makeWay ? -1 : this.#waiting.findIndex((other) => other.share.makeWay)
      this.#waiting.splice(firstPatient < 0 ? this.#waiting.length : firstPatient, 0, { share, go })
    })
    this.#serve()
    if (!makeWay && !this.#taken.has(share)) for (const other of [...this.#taken]) other.makeWay?.()
    await served
    return () => {
      if (this.#taken.delete(share)) this.#serve()
    }
  }

  #isThere(amount: number): boolean {
    let taken = 0
    for (const share of this.#taken) taken += share.amount
    return taken + amount <= this.#total
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next && this.#isThere(next.share.amount); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#taken.add(next.share)
      next.go()
    }
  }
}
