import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { LogOut, Menu as MenuIcon, Monitor, Moon, Sun, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { cx } from '../ui/cx.ts'
import { words } from '../ui/format.ts'
import { Mark } from '../ui/mark.tsx'
import { api } from './api.ts'
import { nav } from './nav.ts'
import { renewSession, useMay, useSession } from './session.ts'
import { useTheme } from './theme.ts'

/** The frame of every page of a signed-in person. */
export const Shell = () => {
  const main = useFocusOnNavigation()
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[220px_1fr]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-30 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2"
      >
        Skip to the page
      </a>
      <SideBar />
      <main id="main" ref={main} tabIndex={-1} className="min-w-0 outline-none">
        <Outlet />
      </main>
    </div>
  )
}

/** A click on a link of a single-page console moves no focus by itself; a screen reader would stay on the old link. */
const useFocusOnNavigation = () => {
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  const seen = useRef(path)
  useEffect(() => {
    if (seen.current !== undefined && seen.current !== path) main.current?.focus({ preventScroll: true })
    seen.current = path
  }, [path])
  return main
}

const SideBar = () => {
  const [isOpen, setOpen] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a small screen the menu closes when the page changes, and only then.
  useEffect(() => setOpen(false), [path])
  return (
    <header className="top-0 z-10 flex flex-col border-rule bg-surface max-lg:border-b lg:sticky lg:h-dvh lg:overflow-y-auto lg:border-r">
      <div className="flex items-center justify-between px-4 py-3.5">
        <Link to="/" className="flex items-center gap-2.5 text-light">
          <Mark size={26} />
          <span className="text-base font-semibold tracking-tight text-ink">Plimsoll</span>
        </Link>
        <button
          type="button"
          className="rounded-md p-1.5 hover:bg-hover lg:hidden"
          aria-expanded={isOpen}
          aria-controls="voyage"
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? <X aria-hidden className="size-5" /> : <MenuIcon aria-hidden className="size-5" />}
          <span className="sr-only">{isOpen ? 'Close the menu' : 'Open the menu'}</span>
        </button>
      </div>
      <div id="voyage" className={cx('flex-1 flex-col lg:flex', isOpen ? 'flex' : 'hidden')}>
        <Voyages />
        <Account />
      </div>
    </header>
  )
}

/** The navigation hangs on one line, as draught marks do; the load line floats at the page one is on. */
const Voyages = () => {
  const may = useMay()
  return (
    <nav aria-label="Voyage" className="flex-1 px-4 pb-4">
      {nav.map((group) => (
        <div key={group.name} className="relative border-l border-rule-strong pt-2.5 pb-1 first:pt-0">
          <p className="pl-4 text-2xs font-medium text-ink-soft">{group.name}</p>
          <ul>
            {group.items
              .filter(({ roles }) => roles === undefined || may(...roles))
              .map((item) => (
                <li key={item.to}>
                  <Link
                    to={item.to}
                    activeOptions={{ exact: item.to === '/' }}
                    className="group relative flex h-7.5 items-center rounded-md pl-4 text-sm text-ink-soft hover:bg-hover hover:text-ink data-[status=active]:font-semibold data-[status=active]:text-ink"
                  >
                    <span aria-hidden className="absolute left-0 h-px w-2 bg-rule-strong group-data-[status=active]:hidden" />
                    <span aria-hidden className="absolute -left-[9.5px] hidden bg-surface text-light group-data-[status=active]:block">
                      <Mark size={18} />
                    </span>
                    {item.label}
                  </Link>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

const themeIcons = { system: Monitor, light: Sun, dark: Moon }
const quiet = 'flex h-8 items-center gap-2 rounded-md px-2 text-sm text-ink-soft hover:bg-hover hover:text-ink'

const Account = () => {
  const session = useSession()
  const navigate = useNavigate()
  const { theme, next, toggle } = useTheme()
  const Icon = themeIcons[theme]
  const signOut = async () => {
    await api.delete('/session')
    await renewSession()
    await navigate({ to: '/sign-in' })
  }
  if (!session) return null
  const { name, roles, capacities } = session.person
  return (
    <div className="border-t border-rule px-2 py-2.5">
      <div className="px-2 pb-1.5">
        <p className="truncate text-sm font-medium">{name}</p>
        <p className="text-xs text-ink-soft">{[...roles, ...capacities].map(words).join(' · ')}</p>
      </div>
      <button type="button" onClick={toggle} className={cx(quiet, 'w-full')} aria-label={`Theme: ${theme}. Change to ${next}`}>
        <Icon aria-hidden className="size-4" /> Theme: {theme}
      </button>
      <button type="button" onClick={() => void signOut()} className={cx(quiet, 'w-full')}>
        <LogOut aria-hidden className="size-4" /> Sign out
      </button>
    </div>
  )
}
