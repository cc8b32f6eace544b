/** What the server can be told: one table of settings, each a flag and an environment variable, parsed once. */
import { z } from 'zod'
import { defineErrors } from '../errors/index.ts'

export const configErrors = defineErrors({
  setting_invalid: { status: 400, message: 'The setting {setting} is not valid: {reason}.' },
  clear_text_refused: {
    status: 400,
    message: 'Refusing to listen without TLS on {host}. Set --tls-cert and --tls-key, or --allow-clear-text when a proxy in front ends TLS.',
  },
})

export interface Setting {
  readonly flag: string
  readonly env: string
  readonly value: string | null
  readonly default?: string
  readonly help: string
}

export const settings = {
  host: { flag: 'host', env: 'PLIMSOLL_HOST', value: 'address', default: '127.0.0.1', help: 'where it listens' },
  port: { flag: 'port', env: 'PLIMSOLL_PORT', value: 'number', default: '7400', help: 'where it listens; 0 takes a free port' },
  data: {
    flag: 'data',
    env: 'PLIMSOLL_DATA',
    value: 'folder',
    default: './.plimsoll',
    help: 'folder for the embedded store, artifacts, spool and keys',
  },
  databaseUrl: { flag: 'database-url', env: 'PLIMSOLL_DATABASE_URL', value: 'url', help: 'a PostgreSQL URL; without it the embedded store is used' },
  redisUrl: { flag: 'redis-url', env: 'PLIMSOLL_REDIS_URL', value: 'url', help: 'Redis or Valkey, for exact limits across replicas' },
  adminKey: {
    flag: 'admin-key',
    env: 'PLIMSOLL_ADMIN_KEY',
    value: 'key',
    help: 'bootstrap administrator key, for automation; made and kept in the data folder by default',
  },
  masterKey: {
    flag: 'master-key',
    env: 'PLIMSOLL_MASTER_KEY',
    value: 'base64',
    help: '32 bytes that seal credentials at rest; made and kept in the data folder by default',
  },
  masterKeyFile: { flag: 'master-key-file', env: 'PLIMSOLL_MASTER_KEY_FILE', value: 'file', help: 'the same, in a file' },
  tlsCert: { flag: 'tls-cert', env: 'PLIMSOLL_TLS_CERT', value: 'file', help: 'certificate chain (PEM); turns TLS on' },
  tlsKey: { flag: 'tls-key', env: 'PLIMSOLL_TLS_KEY', value: 'file', help: 'its private key (PEM)' },
  tlsClientCa: {
    flag: 'tls-client-ca',
    env: 'PLIMSOLL_TLS_CLIENT_CA',
    value: 'file',
    help: 'authorities of client certificates (PEM); turns mutual TLS on',
  },
  publicUrl: {
    flag: 'public-url',
    env: 'PLIMSOLL_PUBLIC_URL',
    value: 'url',
    help: 'where people reach it, when a proxy stands in front: goes into links, and https makes cookies secure',
  },
  config: {
    flag: 'config',
    env: 'PLIMSOLL_CONFIG',
    value: 'file',
    help: 'a YAML or JSON file of desired state (connections, policies, endpoints, monitors), applied at the start and when it changes',
  },
  role: {
    flag: 'role',
    env: 'PLIMSOLL_ROLE',
    value: 'role',
    default: 'all',
    help: 'all, gateway, control or worker; anything but all needs PostgreSQL, so that processes share it',
  },
  allowClearText: {
    flag: 'allow-clear-text',
    env: 'PLIMSOLL_ALLOW_CLEAR_TEXT',
    value: null,
    help: 'listen without TLS on an address that is not loopback',
  },
  logLevel: { flag: 'log-level', env: 'PLIMSOLL_LOG_LEVEL', value: 'level', default: 'warn', help: 'trace, debug, info, warn, error or silent' },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof settings

const Config = z.object({
  host: z.string().min(1),
  port: z.coerce.number().int().min(0).max(65_535),
  data: z.string().min(1),
  databaseUrl: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  redisUrl: z.url({ protocol: /^rediss?$/ }).optional(),
  adminKey: z.string().min(24, 'at least 24 characters').optional(),
  masterKey: z.string().optional(),
  masterKeyFile: z.string().optional(),
  tlsCert: z.string().optional(),
  tlsKey: z.string().optional(),
  tlsClientCa: z.string().optional(),
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  config: z.string().optional(),
  role: z.enum(['all', 'gateway', 'control', 'worker']),
  allowClearText: z.boolean(),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
})
export type Config = z.infer<typeof Config>

const LOOPBACK = /^(127\.|localhost$|::1$|\[::1\]$)/

/** Flags win over the environment, the environment over defaults. */
export const readConfig = (flags: Partial<Record<SettingName, string | boolean>>, env: NodeJS.ProcessEnv): Config => {
  const raw: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(settings) as [SettingName, Setting][]) {
    const given =
      flags[name] ??
      (env[setting.env] === '' ? undefined : env[setting.env]) ??
      (name === 'databaseUrl' ? env.DATABASE_URL || undefined : undefined) ??
      setting.default
    if (setting.value === null) raw[name] = given === true || given === 'true' || given === '1'
    else if (given !== undefined) raw[name] = given
  }
  const result = Config.safeParse(raw)
  if (!result.success) {
    const [issue] = result.error.issues
    const setting = settings[issue?.path[0] as SettingName]
    throw configErrors.setting_invalid({ setting: `--${setting.flag} (${setting.env})`, reason: issue?.message ?? 'unknown' })
  }
  const config = result.data
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined))
    throw configErrors.setting_invalid({ setting: '--tls-cert and --tls-key', reason: 'one without the other' })
  if (!LOOPBACK.test(config.host) && config.tlsCert === undefined && !config.allowClearText)
    throw configErrors.clear_text_refused({ host: config.host })
  if (config.role !== 'all' && config.databaseUrl === undefined)
    throw configErrors.setting_invalid({
      setting: '--role (PLIMSOLL_ROLE)',
      reason: `the role ${config.role} shares its records with other processes and needs --database-url`,
    })
  return config
}
