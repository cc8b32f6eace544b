/** Every step of every room, imported statically so that nothing depends on a folder scan. */
import { accessMigrations } from '#access'
import { assessmentMigrations } from '#assessment'
import { auditMigrations } from '#audit'
import { documentationMigrations } from '#documentation'
import { feedbackMigrations } from '#feedback'
import { governanceMigrations } from '#governance'
import { incidentMigrations } from '#incidents'
import { monitoringMigrations } from '#monitoring'
import { idempotencyMigrations } from '#platform/http'
import { outboxMigrations } from '#platform/outbox'
import type { Migration } from '#platform/store'
import { registryMigrations } from '#registry'
import { safeguardMigrations } from '#safeguards'

export const allMigrations: readonly Migration[] = [
  ...outboxMigrations,
  ...idempotencyMigrations,
  ...auditMigrations,
  ...accessMigrations,
  ...registryMigrations,
  ...assessmentMigrations,
  ...safeguardMigrations,
  ...documentationMigrations,
  ...governanceMigrations,
  ...monitoringMigrations,
  ...incidentMigrations,
  ...feedbackMigrations,
]
