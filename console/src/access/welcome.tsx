import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { ApiProblem, api } from '../app/api.ts'
import type { LinkState } from '../app/api-types.gen.ts'
import { renewSession } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { Form, TextField } from '../ui/form.tsx'
import { instant } from '../ui/format.ts'
import { Loading } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { Harbour } from './harbour.tsx'

/** The token travels behind the `#`, which browsers send to nobody; it leaves the address bar at once. */
const takeToken = () => {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token) history.replaceState(history.state, '', location.pathname)
  return token ?? ''
}

export const Welcome = () => {
  const [token] = useState(takeToken)
  const [link, setLink] = useState<LinkState | 'asking' | 'unusable' | 'unknown'>('asking')
  const ask = useCallback(() => {
    setLink('asking')
    api.post<LinkState>('/session/link', { token }).then(setLink, (error) =>
      // The link may be good all the same: only the server's word says that it is not.
      setLink(error instanceof ApiProblem && error.status < 500 ? 'unusable' : 'unknown'),
    )
  }, [token])
  useEffect(() => {
    document.title = 'Welcome aboard · Plimsoll'
    ask()
  }, [ask])
  if (link === 'unusable') return <Unusable />
  if (link === 'unknown')
    return (
      <Harbour title="The server does not answer" lead="Your link has not been used.">
        <Button onClick={ask}>Try again</Button>
      </Harbour>
    )
  return (
    <Harbour
      title="Welcome aboard"
      lead={link === 'asking' ? 'Looking at your link.' : `Choose a password. This link works once, until ${instant(link.expires_at)}.`}
    >
      {link === 'asking' ? <Loading /> : <Accept token={token} link={link} />}
    </Harbour>
  )
}

const Unusable = () => (
  <Harbour title="This link does not work" lead="It works once and for a limited time. For another, ask an administrator.">
    <Notice>The first administrator's link is printed in the terminal where the server was started.</Notice>
  </Harbour>
)

const Accept = ({ token, link }: { token: string; link: LinkState }) => {
  const navigate = useNavigate()
  const isNew = link.purpose !== 'sign-in'
  return (
    <Form
      submit={isNew ? 'Create my account' : 'Set the password'}
      onSubmit={async ({ name, email, password }) => {
        await api.post('/session/accept', { token, password, ...(name && { name }), ...(email && { email }) })
        await renewSession()
        await navigate({ to: '/' })
      }}
    >
      {isNew && (
        <TextField
          name="name"
          label="Your name"
          autoComplete="name"
          defaultValue={link.name ?? ''}
          hint="As others will see it on sign-offs."
          maxLength={120}
          required
        />
      )}
      {link.email === null ? (
        <TextField name="email" label="E-mail" type="email" autoComplete="username" required hint="You sign in with it; nothing is sent to it." />
      ) : (
        <input type="hidden" autoComplete="username" defaultValue={link.email} />
      )}
      <TextField
        name="password"
        label="Password"
        type="password"
        autoComplete="new-password"
        required
        minLength={12}
        hint="At least 12 characters."
      />
    </Form>
  )
}
