/** Has the browser run the service worker, where there can be one: over https, and on this machine. */
navigator.serviceWorker?.register('/service-worker.js', { updateViaCache: 'none' }).catch(() => {
  // Somebody has turned them off, or the network has just gone: all works without.
})
