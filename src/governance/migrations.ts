import { migration } from '#platform/store'

export const governanceMigrations = [
  migration('governance-001-releases', [
    `create table governance_releases (
      project text not null, digest text not null, id text not null, model text not null, model_version integer not null, document jsonb not null,
      risk text not null, authors jsonb not null, created_at timestamptz not null, created_by text not null,
      suspended_at timestamptz, suspended_by text, suspended_reason text, primary key (project, digest))`,
    'create index governance_releases_newest on governance_releases (project, id)',
  ]),
  migration('governance-002-approvals', [
    `create table governance_policies (
      project text not null, id text primary key, name text not null, version integer not null, digest text not null, document jsonb not null,
      created_at timestamptz not null, created_by text not null, unique (project, name, version))`,
    // Columns beside the events are what lists and timers look for; the events alone say what a request is.
    `create table governance_approvals (
      project text not null, id text primary key, release_digest text not null, policy_id text not null, policy_name text not null,
      policy_version integer not null, policy_digest text not null, requester text not null, status text not null, awaiting jsonb not null,
      decided_at timestamptz, expires_at timestamptz, next_timer_at timestamptz, events integer not null,
      created_at timestamptz not null, updated_at timestamptz not null)`,
    `create unique index governance_approvals_open on governance_approvals (project, release_digest)
      where status in ('draft', 'submitted', 'in_review', 'changes_requested')`,
    'create index governance_approvals_release on governance_approvals (project, release_digest)',
    'create index governance_approvals_timer on governance_approvals (next_timer_at) where next_timer_at is not null',
    `create table governance_approval_events (
      project text not null, approval_id text not null, seq integer not null, event jsonb not null, primary key (project, approval_id, seq))`,
    `create table governance_sign_offs (
      project text not null, id text primary key, approval_id text not null, person_id text not null, envelope jsonb not null,
      created_at timestamptz not null)`,
    'create index governance_sign_offs_approval on governance_sign_offs (project, approval_id)',
    `create table governance_threads (
      project text not null, id text primary key, approval_id text not null, report text, row_id text, created_at timestamptz not null,
      created_by text not null, resolved_at timestamptz, resolved_by text)`,
    'create index governance_threads_approval on governance_threads (project, approval_id)',
    `create table governance_comments (
      project text not null, id text primary key, thread_id text not null, text text not null, created_at timestamptz not null,
      created_by text not null, author text not null)`,
    'create index governance_comments_thread on governance_comments (project, thread_id)',
  ]),
  migration('governance-003-endpoints', [
    `create table governance_endpoints (
      project text not null, id text primary key, name text not null, description text not null, visibility text not null, tags jsonb not null,
      targets jsonb not null, revision integer not null, created_at timestamptz not null, created_by text not null,
      updated_at timestamptz not null, updated_by text not null, unique (project, name))`,
    `create table governance_endpoint_history (
      project text not null, endpoint_id text not null, seq integer not null, origin integer not null, targets jsonb not null,
      reason text not null, at timestamptz not null, by text not null, primary key (project, endpoint_id, seq))`,
  ]),
  // `role:…` or `capacity:…`: who is told that a deadline has passed.
  migration('governance-004-escalations', ['alter table governance_approvals add column escalated_to text']),
]
