import { migration } from '#platform/store'

export const incidentMigrations = [
  migration('incidents-001-incidents', [
    `create table incidents (
      project text not null, id text primary key, version integer not null, title text not null, state text not null, severity text not null,
      assessment jsonb not null, endpoint text, release text, alert_id text, simulated boolean not null, roles jsonb not null, cause text,
      alert_window_from timestamptz, opened_by text not null, opened_at timestamptz not null, declared_at timestamptz, contained_at timestamptz,
      resolved_at timestamptz, reviewed_at timestamptz)`,
    'create index incidents_newest on incidents (project, id desc)',
    // One open incident a cause: later alerts join it. The cause is cleared when the incident is resolved.
    'create unique index incidents_cause on incidents (project, cause) where cause is not null',
    // Which incident an alert belongs to; the key makes a second delivery of the same message do nothing.
    'create table incidents_alerts (project text not null, alert_id text not null, incident_id text, primary key (project, alert_id))',
    `create table incidents_timeline (
      project text not null, id text primary key, incident_id text not null, at timestamptz not null, kind text not null, actor text not null,
      text text not null, data jsonb not null)`,
    'create index incidents_timeline_order on incidents_timeline (incident_id, id)',
    `create function incidents_timeline_is_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'the timeline of an incident is append-only'; end $$`,
    `create trigger incidents_timeline_append_only before update or delete on incidents_timeline
      for each row execute function incidents_timeline_is_append_only()`,
    `create table incidents_severity_matrices (
      project text not null, version integer not null, matrix jsonb not null, created_at timestamptz not null, created_by text not null,
      primary key (project, version))`,
  ]),
  migration('incidents-002-runbooks', [
    `create table incidents_runbooks (
      project text not null, id text not null, version integer not null, name text not null, is_current boolean not null, document jsonb not null,
      created_at timestamptz not null, created_by text not null, primary key (id, version))`,
    'create unique index incidents_runbooks_name on incidents_runbooks (project, name) where is_current',
    `create table incidents_steps (
      project text not null, incident_id text not null, runbook_id text not null, runbook_version integer not null, step integer not null,
      state text not null, outcome text not null, started_at timestamptz not null, ended_at timestamptz, actor text not null,
      primary key (incident_id, runbook_id, step))`,
    `create table incidents_post_mortems (
      project text not null, incident_id text primary key, version integer not null, document jsonb not null, published_at timestamptz,
      published_by text, digest text)`,
  ]),
]
