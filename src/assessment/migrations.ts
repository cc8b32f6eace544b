import { migration } from '#platform/store'

export const assessmentMigrations = [
  migration('assessment-001-datasets-and-suites', [
    `create table assessment_datasets (
      project text not null, id text primary key, name text not null, version integer not null, digest text not null, description text not null,
      licence text not null, attribution text not null, source text not null, row_count integer not null, size_bytes bigint not null,
      columns jsonb not null, created_at timestamptz not null, created_by text not null,
      unique (project, name, version), unique (project, name, digest))`,
    `create table assessment_suites (
      project text not null, id text primary key, name text not null, version integer not null, digest text not null, document jsonb not null,
      created_at timestamptz not null, created_by text not null, unique (project, name, version), unique (project, name, digest))`,
  ]),
  migration('assessment-002-runs-and-reports', [
    `create table assessment_runs (
      project text not null, id text primary key, model text not null, version integer not null, manifest_digest text not null,
      suite text not null, suite_version integer not null, suite_digest text not null, predictions jsonb, system_prompt text,
      seed bigint not null, concurrency integer not null, status text not null, simulated boolean not null, progress jsonb not null,
      problem text, report jsonb, lease_owner text, lease_until timestamptz, created_at timestamptz not null, created_by text not null,
      started_at timestamptz, finished_at timestamptz)`,
    "create index assessment_runs_unfinished on assessment_runs (lease_until) where status in ('queued', 'running', 'cancelling')",
    'create index assessment_runs_newest on assessment_runs (project, id desc)',
    `create table assessment_items (
      project text not null, run_id text not null, evaluation text not null, item text not null, ordinal integer not null, output text,
      finish_reason text, simulated boolean not null, input_tokens integer not null, output_tokens integer not null,
      latency_ms double precision not null, error text, at timestamptz not null, primary key (run_id, evaluation, item))`,
    'create index assessment_items_in_order on assessment_items (run_id, evaluation, ordinal)',
    `create table assessment_reports (
      project text not null, id text primary key, digest text not null, run_id text not null unique, model text not null, version integer not null,
      suite text not null, suite_version integer not null, verdict text not null, simulated boolean not null, canonical text not null,
      created_at timestamptz not null, created_by text not null, unique (project, digest))`,
  ]),
]
