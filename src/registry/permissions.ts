import { everyone, permissions } from '#platform/context'

export const can = permissions('registry', {
  read: everyone,
  'create-model': ['developer'],
  'label-model': ['developer'],
  'create-version': ['developer'],
  'label-version': ['developer'],
  'move-alias': ['developer'],
  'remove-alias': ['developer'],
  'upload-artifact': ['developer'],
  'start-upload': ['developer'],
  'cancel-upload': ['developer'],
  'create-connection': [],
  'change-connection': [],
  'test-connection': ['developer'],
})
