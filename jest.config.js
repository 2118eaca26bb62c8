import { findChromium } from './services/web/test/chromium.js'

const common = {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
          target: 'es2024',
        },
        module: { type: 'es6' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
}

const project = (displayName, directory, more = {}) => ({
  ...common,
  displayName,
  testMatch: [`<rootDir>/services/web/${directory}/**/*.test.{ts,tsx}`],
  ...more,
})

const withDatabase = {
  globalSetup: '<rootDir>/services/web/test/global-setup.ts',
  globalTeardown: '<rootDir>/services/web/test/global-teardown.ts',
}

if (!findChromium())
  process.stderr.write('No Chromium on this machine: the browser tests are left out (CHROMIUM names one).\n')

export default {
  testTimeout: 60_000,
  // jest leaves a core free, which on two is half the machine.
  maxWorkers: '100%',
  // What a test file has loaded stays in the memory of its process, which had two gigabytes at the end and was slow by then.
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/services/web/test/longest-first.js',
  projects: [
    project('app', 'src', withDatabase),
    project('repository', 'test/repository'),
    project('local', 'test/local'),
    ...(findChromium() ? [project('browser', 'test/browser', withDatabase)] : []),
    project('stack', 'test/stack'),
    project('faults', 'test/faults'),
    project('scans', 'test/scans', withDatabase),
  ],
}
