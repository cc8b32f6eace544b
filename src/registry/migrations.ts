import { migration } from '#platform/store'

export const registryMigrations = [
  migration('registry-001-models', [
    `create table registry_models (
      project text not null, id text primary key, name text not null, description text not null, tags jsonb not null,
      created_at timestamptz not null, created_by text not null, unique (project, name))`,
  ]),
  migration('registry-002-versions', [
    'alter table registry_models add column revision integer not null default 1, add column last_version integer not null default 0',
    `create table registry_versions (
      project text not null, id text primary key, model text not null, version integer not null, description text not null, tags jsonb not null,
      manifest jsonb not null, manifest_digest text not null, simulated boolean not null, revision integer not null,
      created_at timestamptz not null, created_by text not null, unique (project, model, version), unique (project, model, manifest_digest))`,
    'create index registry_versions_tags on registry_versions using gin (tags)',
    // What a version stands on, one row an edge, so that the graph can be asked in both directions.
    `create table registry_lineage (
      project text not null, version_id text not null, relation text not null, target_kind text not null, target text not null,
      details jsonb not null, primary key (version_id, relation, target_kind, target))`,
    'create index registry_lineage_target on registry_lineage (project, target_kind, target)',
    `create table registry_aliases (
      project text not null, model text not null, alias text not null, version integer not null, revision integer not null,
      updated_at timestamptz not null, updated_by text not null, primary key (project, model, alias))`,
  ]),
  migration('registry-003-artifacts', [
    `create table registry_artifacts (
      project text not null, digest text not null, size_bytes bigint not null, media_type text not null,
      created_at timestamptz not null, created_by text not null, primary key (project, digest))`,
    `create table registry_uploads (
      project text not null, id text primary key, "offset" bigint not null, parts jsonb not null, digest text, size_bytes bigint,
      media_type text not null, created_at timestamptz not null, created_by text not null)`,
  ]),
  migration('registry-004-connections', [
    `create table registry_connections (
      project text not null, id text primary key, name text not null, provider text not null, base_url text, description text not null,
      timeout_ms integer not null, enabled boolean not null, sealed_credentials text, credentials_hint text, revision integer not null,
      created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, unique (project, name))`,
    `insert into registry_connections values ('default', 'con_simulator', 'simulator', 'simulator', null,
      'Built in: deterministic answers without a network.', 120000, true, null, null, 1, now(), 'plimsoll', now())`,
  ]),
]
