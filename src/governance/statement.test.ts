import { describe, expect, it } from 'vitest'
import { pae } from './statement.ts'

describe('the bytes that are signed', () => {
  // The example of the DSSE protocol, version 1.
  it('are the pre-authentication encoding of DSSE', () => {
    expect(pae('http://example.com/HelloWorld', Buffer.from('hello world')).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  })

  it('count bytes, not characters', () => {
    expect(pae('t', Buffer.from('é')).toString()).toBe('DSSEv1 1 t 2 é')
  })
})
