import type { Connection } from '../plan.ts'
import { createOpenAiCompatible } from './openai-compatible/index.ts'
import type { CreateProvider, Provider } from './provider.ts'
import { createSimulator, type SimulatorOptions } from './simulator/index.ts'

export interface Providers {
  /** The client of a connection; made on first use and kept while nothing about the connection changes. */
  of(connection: Connection): Provider
  /** Closes the clients of all other connections, each when its last call has ended. */
  keepOnly(connections: Iterable<Connection>): void
  close(): Promise<void>
}

export const createProviders = (simulator: SimulatorOptions = {}): Providers => {
  const kinds: Readonly<Record<Connection['provider'], CreateProvider>> = {
    'openai-compatible': createOpenAiCompatible,
    simulator: () => createSimulator(simulator),
  }
  const clients = new Map<string, Provider>()
  return {
    of: (connection) => {
      const known = clients.get(connection.fingerprint)
      if (known !== undefined) return known
      const provider = kinds[connection.provider](connection)
      clients.set(connection.fingerprint, provider)
      return provider
    },
    keepOnly: (connections) => {
      const kept = new Set(Array.from(connections, ({ fingerprint }) => fingerprint))
      for (const [fingerprint, provider] of clients) {
        if (kept.has(fingerprint)) continue
        clients.delete(fingerprint)
        provider.close().catch(() => {})
      }
    },
    close: async () => {
      await Promise.all([...clients.values()].map((provider) => provider.close()))
      clients.clear()
    },
  }
}
