// How pm2 runs the web process inside a container. nginx spreads the load over containers, so there is one process in each
// unless WEB_CONCURRENCY says otherwise: every further one has its own database pool.
const instances = Number(process.env.WEB_CONCURRENCY) || 1

module.exports = {
  apps: [
    {
      name: 'web',
      script: 'dist/main.js',
      cwd: '/app',
      // In cluster mode pm2 accepts the connections and hands them on; those on their way when the process leaves are lost
      // (measured: 3 failed POSTs in two rolling restarts, none in three without). A process by itself accepts its own.
      exec_mode: instances > 1 ? 'cluster' : 'fork',
      instances,
      // Left alone, Node takes what the machine has before it tidies up: 360 MB, measured under full load, for pages that need 60. And
      // the C library keeps a heap for each thread.
      node_args: '--max-semi-space-size=4 --max-old-space-size=160',
      env: { MALLOC_ARENA_MAX: '2' },
      // Ready is when the process says so (main.ts sends 'ready'), which waits for the database.
      wait_ready: true,
      listen_timeout: 30_000,
      // Leaving takes a second of turning nginx away, then the rest of the requests. pm2's default kills after 1.6 s.
      // 1 s (DRAIN_SECONDS) < 8 s (here) < 12 s (stop_grace_period in the compose file).
      kill_timeout: 8_000,
      // Wrong settings don't mend themselves: no second try, the container says why and ends.
      stop_exit_codes: [78],
      // Whatever else ends the process: again, at once at first, then ever more slowly.
      exp_backoff_restart_delay: 100,
      // Docker keeps the logs; pm2's own files would fill the memory that /tmp is.
      out_file: '/dev/null',
      error_file: '/dev/null',
      // No metrics agent inside the app, no look for a git repository.
      pmx: false,
      vizion: false,
    },
  ],
}
