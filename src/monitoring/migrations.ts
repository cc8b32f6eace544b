import { migration } from '#platform/store'

export const monitoringMigrations = [
  migration('monitoring-001-events', [
    // The key holds the time, so that the table can be partitioned by it without touching a query.
    `create table monitoring_events (
      project text not null, at timestamptz not null, id text not null, request_id text not null, endpoint text not null, release text,
      principal text, key_id text, status integer not null, code text, criticality text, domain text, compliance text, cost_centre text,
      has_content boolean not null, event jsonb not null, primary key (at, id))`,
    'create index monitoring_events_newest on monitoring_events (project, at desc, id desc)',
    'create index monitoring_events_id on monitoring_events (id)',
    'create index monitoring_events_content on monitoring_events (at) where has_content',
    'create index monitoring_events_request on monitoring_events (project, request_id)',
    // step_seconds is 60 or 3600; series is the digest of the columns from endpoint to simulated. Empty text stands for none.
    `create table monitoring_rollups (
      project text not null, step_seconds integer not null, start_at timestamptz not null, series text not null,
      endpoint text not null, release text not null, criticality text not null, domain text not null, compliance text not null,
      cost_centre text not null, simulated boolean not null, totals jsonb not null, primary key (project, step_seconds, start_at, series))`,
    `create table monitoring_prices (
      project text not null, connection text not null, upstream_model text not null, input_micros_per_million bigint not null,
      output_micros_per_million bigint not null, updated_at timestamptz not null, updated_by text not null,
      primary key (project, connection, upstream_model))`,
    'create table monitoring_retention (project text primary key, version integer not null, policy jsonb not null, updated_at timestamptz not null)',
  ]),
  migration('monitoring-002-monitors', [
    `create table monitoring_monitors (
      project text not null, id text primary key, name text not null, version integer not null, enabled boolean not null, definition jsonb not null,
      clear_since_at timestamptz, last_value double precision, last_count bigint, last_evaluated_at timestamptz,
      created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, deleted_at timestamptz)`,
    'create unique index monitoring_monitors_name on monitoring_monitors (project, name) where deleted_at is null',
    `create table monitoring_alerts (
      project text not null, id text primary key, monitor_id text not null, monitor_name text not null, state text not null, fired_at timestamptz not null,
      resolved_at timestamptz, resolution text, acknowledged_at timestamptz, acknowledged_by text, details jsonb not null)`,
    // One firing alert a monitor, however many processes evaluate it.
    `create unique index monitoring_alerts_firing on monitoring_alerts (monitor_id) where state = 'firing'`,
    'create index monitoring_alerts_newest on monitoring_alerts (project, id desc)',
  ]),
]
