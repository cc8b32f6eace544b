/** The inference surface. Entered by main.ts alone. */
export { createGateway, type GatewayHandler, type GatewayOptions } from './gateway.ts'
export { createGenerate, createProbe, type Generate } from './generate.ts'
export { type InferenceCode, inferenceErrors } from './refusal.ts'
export { compileSnapshot, type SafeguardRow, type Snapshot, type SnapshotRows } from './snapshot.ts'
