import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'

export type Logger = PinoLogger

/** JSON lines on stderr, so that stdout stays the command's answer. Credentials are removed by field name; texts of calls are never logged at all. */
export const createLogger = (level: string = 'info', destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'authorization',
          'cookie',
          '*.authorization',
          '*.cookie',
          'req.headers',
          'apiKey',
          '*.apiKey',
          'password',
          '*.password',
          'token',
          '*.token',
          'secret',
          '*.secret',
          'credentials',
          '*.credentials',
        ],
        censor: '[removed]',
      },
    },
    destination ?? pino.destination({ fd: 2, sync: false }),
  )

export const silentLogger = (): Logger => pino({ level: 'silent' })
