import { useState } from 'react'
import { act } from '../app/queries.ts'
import { Button, type ButtonLook } from './button.tsx'
import { warn } from './toast.tsx'

type ActButtonProps = { look?: ButtonLook; disabled?: boolean; told?: string; does: () => Promise<unknown>; children: string }

/** One click, one write; a refusal is said where it cannot be missed. */
export const ActButton = ({ look = 'plain', disabled = false, told, does, children }: ActButtonProps) => {
  const [isBusy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    try {
      await act(does(), told)
    } catch (error) {
      warn(`${children}: refused`, error instanceof Error ? error.message : 'The server could not be reached.')
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button look={look} busy={isBusy} disabled={disabled} onClick={() => void run()}>
      {children}
    </Button>
  )
}
