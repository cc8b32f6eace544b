import { useState } from 'react'

export type Theme = 'system' | 'light' | 'dark'
const storageKey = 'plimsoll.theme'
const order: Theme[] = ['system', 'light', 'dark']

const chosen = (): Theme => {
  const theme = document.documentElement.dataset.theme
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

const apply = (theme: Theme) => {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(storageKey, theme)
  } catch {
    // Storage may be forbidden; the choice then lasts until the page is left.
  }
}

export const useTheme = () => {
  const [theme, setTheme] = useState(chosen)
  const next = order[(order.indexOf(theme) + 1) % order.length] ?? 'system'
  const toggle = () => {
    apply(next)
    setTheme(next)
  }
  return { theme, next, toggle }
}
