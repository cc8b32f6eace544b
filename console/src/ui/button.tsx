import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import { cx } from './cx.ts'

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'alarm' | 'danger'

const shape =
  'inline-flex min-h-7 items-center justify-center gap-1.5 rounded-md text-sm font-medium whitespace-nowrap transition-colors disabled:opacity-55 aria-disabled:opacity-55'
const looks: Record<ButtonLook, string> = {
  primary: 'h-8 px-3 bg-deep text-on-deep hover:bg-[color-mix(in_oklab,var(--deep),var(--ink)_22%)]',
  plain: 'h-8 px-3 border border-rule-strong bg-surface text-ink hover:bg-hover',
  quiet: 'h-7 px-1.5 text-deep hover:bg-hover',
  alarm: 'h-8 px-3 border border-port bg-surface text-port hover:bg-port-tint',
  danger: 'h-8 px-3 bg-port text-on-port hover:bg-[color-mix(in_oklab,var(--port),var(--ink)_22%)]',
}

export const buttonClass = (look: ButtonLook = 'plain', className?: string) => cx(shape, looks[look], className)

type ButtonProps = ComponentProps<'button'> & { look?: ButtonLook; busy?: boolean }

export const Button = ({ look = 'plain', busy = false, type = 'button', className, children, disabled, ...rest }: ButtonProps) => (
  <button type={type} className={buttonClass(look, className)} disabled={disabled || busy} aria-busy={busy || undefined} {...rest}>
    {busy && <span aria-hidden className="size-3 animate-spin rounded-full border-2 border-current border-r-transparent" />}
    {children}
  </button>
)

/** A link that looks like a button: it goes somewhere, it changes nothing. */
export const ButtonLink = createLink(({ look = 'plain', className, ...rest }: ComponentProps<'a'> & { look?: ButtonLook }) => (
  <a className={buttonClass(look, className)} {...rest} />
))

export const TextLink = createLink(({ className, ...rest }: ComponentProps<'a'>) => (
  <a className={cx('font-medium text-deep underline decoration-rule-strong underline-offset-3 hover:decoration-current', className)} {...rest} />
))
