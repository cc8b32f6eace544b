/** A measured process: listens on a free port, and tells its parent how much CPU it has used (all its threads) when asked. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export const serveSubject = (server: Server): void => {
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() })
  })
  process.on('disconnect', () => process.exit(0))
}
