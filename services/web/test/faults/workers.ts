import sharp from 'sharp'
import { docker, eventually, figure, pause } from '../stack/stack.ts'
import { ask, multipart } from '../stack/visitor.ts'
import { crash, failedBetween, type TheHouse, visitedDuring } from './house.ts'
import { expectWhole } from './ledger.ts'
import { turns } from './lengths.ts'

/** The worker dies in the middle of its work, or has little memory for much of it. */
export function workers(house: TheHouse): void {
  const sendTo = (path: string, body: Buffer, headers: Record<string, string>) =>
    ask(house().stack.url, path, { method: 'POST', body, headers, patienceSeconds: 120 })

  async function developed(captions: readonly string[], patienceSeconds: number): Promise<void> {
    const { stack } = house()
    await eventually(
      async () => {
        const list = captions.map((caption) => `'${caption}'`).join(',')
        const found = await stack.sql(
          `select count(*) from posts join photos on photos.post_id = posts.id
           where caption in (${list}) and published_at is not null and photos.state = 'ready'`,
        )
        expect(found).toBe(String(captions.length))
      },
      patienceSeconds,
      500,
    )
  }

  it('12. the worker is killed at every step of its work: each photo is developed all the same', async () => {
    const { stack, people } = house()
    const large = await sharp({
      create: {
        width: 3000,
        height: 2000,
        channels: 3,
        background: '#456',
        noise: { type: 'gaussian', mean: 120, sigma: 40 },
      },
    })
      .jpeg()
      .toBuffer()
    const captions: string[] = []
    const report = await visitedDuring(house(), `12. the worker killed at ${turns} moments`, async () => {
      for (let turn = 0; turn < turns; turn += 1) {
        const caption = `killed after ${turn} ${Date.now()}`
        captions.push(caption)
        const form = multipart(Buffer.concat([large, Buffer.from(caption)]), { caption })
        const headers = { ...form.headers, Cookie: people[turn % people.length]?.cookie ?? '' }
        const sent = sendTo('/upload', form.body, headers)
        // From the upload's arrival to AVIF, which follows.
        const at = (turn * 9) / (turns - 1)
        await pause(100 + at * at * 25)
        await crash(await stack.container('worker'))
        expect([201, 202]).toContain((await sent).status)
        await stack.healthy('worker')
      }
      await developed(captions, 90)
    })
    expect(failedBetween(report)).toEqual([])
  }, 400_000)

  it('13. a worker of 512 MB takes in twenty photos of 40 megapixels', async () => {
    const { stack, people } = house()
    const { Id } = await stack.container('worker')
    await docker(['update', '--memory', '512m', '--memory-swap', '512m', Id])
    await docker(['restart', Id])
    await stack.healthy('worker')
    const huge = await sharp({ create: { width: 7304, height: 5478, channels: 3, background: '#654' } })
      .composite([
        {
          input: await sharp({
            create: {
              width: 7304,
              height: 1200,
              channels: 3,
              background: '#222',
              noise: { type: 'gaussian', mean: 90, sigma: 30 },
            },
          })
            .png()
            .toBuffer(),
        },
      ])
      .jpeg({ quality: 80 })
      .toBuffer()
    const begin = Date.now()
    const captions = Array.from({ length: 20 }, (_, index) => `huge ${index} ${begin}`)
    const answers = await Promise.all(
      captions.map((caption, index) => {
        const form = multipart(Buffer.concat([huge, Buffer.from(caption)]), { caption })
        return sendTo('/upload', form.body, { ...form.headers, Cookie: people[index % people.length]?.cookie ?? '' })
      }),
    )
    expect(
      answers.filter(({ status }) => status !== 201 && status !== 202).map(({ status, text }) => [status, text]),
    ).toEqual([])
    await developed(captions, 240)
    const after = await stack.container('worker')
    figure(
      `13. twenty photos of 40 MP (${(huge.length / 1e6).toFixed(1)} MB each) in a worker of 512 MB: all visible after ${((Date.now() - begin) / 1000).toFixed(1)} s`,
    )
    expect([after.Id, after.State.OOMKilled, after.RestartCount]).toEqual([Id, false, after.RestartCount])
    await stack.compose(['up', '--detach', '--force-recreate', '--no-deps', '--wait', 'worker'])
    await expectWhole(stack)
  }, 600_000)
}
