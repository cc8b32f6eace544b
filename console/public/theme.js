// Runs before the first paint, so that a chosen theme never flashes the other one. A file, not inline: the server's CSP forbids inline scripts.
try {
  const theme = localStorage.getItem('plimsoll.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {}
