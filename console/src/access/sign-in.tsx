import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { api } from '../app/api.ts'
import { renewSession } from '../app/session.ts'
import { Form, TextField } from '../ui/form.tsx'
import { Harbour } from './harbour.tsx'

export const SignIn = () => {
  const navigate = useNavigate()
  const { to = '/' } = useSearch({ from: '/sign-in' })
  useEffect(() => {
    document.title = 'Sign in · Plimsoll'
  }, [])
  return (
    <Harbour title="Sign in to Plimsoll" lead="No account yet? An administrator of this server invites you with a link.">
      <Form
        submit="Sign in"
        onSubmit={async (values) => {
          await api.post('/session', { email: values.email, password: values.password })
          await renewSession()
          await navigate({ href: to })
        }}
      >
        <TextField name="email" label="E-mail" type="email" autoComplete="username" required />
        <TextField name="password" label="Password" type="password" autoComplete="current-password" required />
      </Form>
    </Harbour>
  )
}
