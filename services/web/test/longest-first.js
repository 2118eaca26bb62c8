import Sequencer from '@jest/test-sequencer'

/**
 * Begins with the tests that take minutes, which have a browser or a service of their own: what begins last would have a processor idle
 * beside it. jest itself knows how long they take only where it has run them before. Plain JavaScript, as jest's settings are.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => isLong(other) - isLong(one))
  }
}

const isLong = ({ context, path }) =>
  Number(['browser', 'local'].includes(context.config.displayName?.name)) + Number(path.includes('journeys'))
