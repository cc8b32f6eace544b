import { defineErrors } from '#platform/errors'

export const registryErrors = defineErrors({
  model_exists: { status: 409, message: 'A model named {name} is registered already.' },
  version_exists: { status: 409, message: 'Version {version} of {model} has exactly this content already.' },
  artifact_unknown: { status: 422, message: 'The artifact {digest} has not been uploaded.' },
  connection_unknown: { status: 422, message: 'There is no connection {connection}.' },
  connection_exists: { status: 409, message: 'A connection named {name} exists already.' },
  connection_target_forbidden: { status: 422, message: 'The address {host} is link-local or a metadata service, which a connection may not reach.' },
  connection_built_in: { status: 409, message: 'The built-in connection {name} cannot be changed.' },
  upload_offset: { status: 409, message: 'The upload stands at {offset}; send the bytes from there.' },
  upload_incomplete: { status: 409, message: 'The upload has {offset} of {size_bytes} bytes.' },
  range_not_satisfiable: { status: 416, message: 'The artifact has {size_bytes} bytes.' },
})
