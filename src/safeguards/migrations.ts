import { migration } from '#platform/store'

export const safeguardMigrations = [
  migration('safeguards-001-policies', [
    `create table safeguard_policies (
      project text not null, id text primary key, name text not null, version integer not null, description text not null, document jsonb not null,
      digest text not null, created_at timestamptz not null, created_by text not null,
      unique (project, name, version), unique (project, name, digest))`,
    'create index safeguard_policies_digest on safeguard_policies (project, digest)',
  ]),
  migration('safeguards-002-floor', [
    `create table safeguard_floors (
      project text not null, version integer not null, document jsonb not null, digest text not null, reason text not null,
      created_at timestamptz not null, created_by text not null, primary key (project, version))`,
  ]),
  migration('safeguards-003-calibrations', [
    'create table safeguard_calibrations (project text not null, id text primary key, calibration jsonb not null)',
    'create index safeguard_calibrations_newest on safeguard_calibrations (project, id desc)',
  ]),
]
