import { Budget } from './budget.ts'

/** Takes a share, and tells whether it is there yet; there is nothing to wait for but promises. */
function taker(budget: Budget, amount: number, makeWay?: () => void) {
  const share = { isThere: false, giveBack: () => {} }
  void budget.take(amount, makeWay).then((giveBack) => {
    share.isThere = true
    share.giveBack = giveBack
  })
  return share
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a budget', () => {
  it('gives what is there at once, and lets wait who wants more until it is given back', async () => {
    const budget = new Budget(10)
    const [first, second] = [taker(budget, 6), taker(budget, 4)]
    const third = taker(budget, 1)
    await settled()
    expect([first.isThere, second.isThere, third.isThere]).toEqual([true, true, false])
    second.giveBack()
    await settled()
    expect(third.isThere).toBe(true)
  })

  it('serves who came first, even if a later one would fit', async () => {
    const budget = new Budget(10)
    const first = taker(budget, 8)
    const large = taker(budget, 9)
    const small = taker(budget, 1)
    await settled()
    expect([large.isThere, small.isThere]).toEqual([false, false])
    first.giveBack()
    await settled()
    expect([large.isThere, small.isThere]).toEqual([true, true])
  })

  it('serves all who fit at once when a large share comes back', async () => {
    const budget = new Budget(10)
    const large = taker(budget, 10)
    const small = [taker(budget, 3), taker(budget, 3), taker(budget, 3), taker(budget, 3)]
    await settled()
    expect(small.map(({ isThere }) => isThere)).toEqual([false, false, false, false])
    large.giveBack()
    await settled()
    expect(small.map(({ isThere }) => isThere)).toEqual([true, true, true, false])
  })

  it('takes a share back once, however often it is given', async () => {
    const budget = new Budget(10)
    const [first, second] = [taker(budget, 5), taker(budget, 5)]
    await settled()
    for (let times = 0; times < 3; times += 1) first.giveBack()
    const [third, fourth] = [taker(budget, 5), taker(budget, 1)]
    await settled()
    expect([second.isThere, third.isThere, fourth.isThere]).toEqual([true, true, false])
  })

  it('knows what it could never give', () => {
    const budget = new Budget(10)
    expect([0, 10, 10.1, Number.POSITIVE_INFINITY].map((amount) => budget.holds(amount))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})

describe('who can do without', () => {
  it('is asked to make way once somebody waits who cannot, and by nobody else', async () => {
    const budget = new Budget(10)
    let asked = 0
    const patient = taker(budget, 6, () => {
      asked += 1
    })
    const other = taker(budget, 6, () => {})
    await settled()
    expect([asked, other.isThere]).toEqual([0, false])
    const urgent = taker(budget, 6)
    expect(asked).toBe(1)
    patient.giveBack()
    await settled()
    // Though the other came before it.
    expect([other.isThere, urgent.isThere]).toEqual([false, true])
  })

  it('is not asked when there is enough for all', async () => {
    const budget = new Budget(10)
    let asked = 0
    taker(budget, 5, () => {
      asked += 1
    })
    expect(taker(budget, 5)).toBeDefined()
    await settled()
    expect(asked).toBe(0)
  })

  it('may give its share back while it is asked, and whoever waits has it', async () => {
    const budget = new Budget(10)
    const patient = taker(budget, 10, () => patient.giveBack())
    await settled()
    const urgent = taker(budget, 10)
    await settled()
    expect(urgent.isThere).toBe(true)
  })

  it('never stands in the way of who cannot, by having come first', async () => {
    const budget = new Budget(10)
    const first = taker(budget, 7)
    const patient = taker(budget, 10, () => {})
    const small = taker(budget, 3)
    const large = taker(budget, 10)
    await settled()
    expect([patient.isThere, small.isThere, large.isThere]).toEqual([false, true, false])
    first.giveBack()
    small.giveBack()
    await settled()
    expect([patient.isThere, large.isThere]).toEqual([false, true])
    large.giveBack()
    await settled()
    expect(patient.isThere).toBe(true)
  })
})

/** Chance that is the same on every run. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('whatever happens', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
    'no more is given than there is, and all are served, in their order (%i)',
    async (seed) => {
      const random = chance(seed)
      const total = 1 + Math.floor(random() * 20)
      const budget = new Budget(total)
      const held = new Map<number, { amount: number; giveBack: () => void }>()
      const served: number[] = []
      const asked = new Map<number, number>()
      const isPatient = new Map<number, boolean>()
      const takes: Promise<void>[] = []
      for (let step = 0; step < 200; step += 1) {
        if (random() < 0.5) {
          const id = takes.length
          const amount = Math.floor(random() * (total + 1))
          isPatient.set(id, random() < 0.4)
          const makeWay = () => {
            asked.set(id, (asked.get(id) ?? 0) + 1)
            // Some do at once, others when they come to it.
            if (random() < 0.5) end(id)
          }
          const take = budget.take(amount, isPatient.get(id) ? makeWay : undefined).then((giveBack) => {
            held.set(id, { amount, giveBack })
            served.push(id)
            expect([...held.values()].reduce((sum, share) => sum + share.amount, 0)).toBeLessThanOrEqual(total)
          })
          takes.push(take)
        } else if (held.size) end([...held.keys()][Math.floor(random() * held.size)] ?? -1)
        // In one half of the runs nothing is left to chance between two steps, so that one can tell who came first.
        if (seed % 2 || random() < 0.3) await settled()
      }
      while (held.size || served.length < takes.length) {
        for (const id of [...held.keys()]) end(id)
        await settled()
      }
      await Promise.all(takes)
      for (const patience of seed % 2 ? [true, false] : []) {
        const order = served.filter((id) => isPatient.get(id) === patience)
        expect(order).toEqual([...order].sort((a, b) => a - b))
      }
      for (const id of asked.keys()) expect(isPatient.get(id)).toBe(true)

      function end(id: number): void {
        const share = held.get(id)
        held.delete(id)
        share?.giveBack()
        share?.giveBack()
      }
    },
  )
})
