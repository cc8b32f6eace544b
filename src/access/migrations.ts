import { migration } from '#platform/store'

export const accessMigrations = [
  migration('access-001-people', [
    `create table access_people (
      project text not null, id text primary key, email text not null, name text not null, roles jsonb not null, capacities jsonb not null,
      status text not null check (status in ('invited', 'active', 'disabled')), password_hash text, revision integer not null,
      created_at timestamptz not null, created_by text not null, last_sign_in_at timestamptz, unique (project, email))`,
    // One-time links: of a token only its HMAC is kept. The first administrator's link has no person yet, and there is one at a time.
    `create table access_links (
      project text not null, id text primary key, token_hash text not null unique, purpose text not null, person_id text,
      created_by text not null, expires_at timestamptz not null, used_at timestamptz)`,
    `create unique index access_links_first on access_links (project) where purpose = 'first-administrator' and used_at is null`,
    'create index access_links_person on access_links (person_id)',
    `create table access_sessions (
      project text not null, id text primary key, token_hash text not null unique, person_id text not null, created_at timestamptz not null,
      last_seen_at timestamptz not null, expires_at timestamptz not null)`,
    'create index access_sessions_person on access_sessions (person_id)',
    `create table access_attempts (
      project text not null, subject text not null, attempts integer not null, since timestamptz not null, primary key (project, subject))`,
    'create index access_attempts_since on access_attempts (since)',
    // Public halves stay for ever: signatures are checked long after a person has left.
    `create table access_signing_keys (
      project text not null, id text primary key, person_id text not null, public_key text not null, sealed_private_key text not null,
      created_at timestamptz not null, unique (project, person_id))`,
  ]),
  migration('access-002-keys', [
    `create table access_keys (
      project text not null, id text primary key, name text not null, owner text not null, endpoints jsonb not null, actions jsonb not null,
      tags jsonb not null, limits jsonb not null, networks jsonb not null, secrets jsonb not null, expires_at timestamptz not null,
      created_at timestamptz not null, created_by text not null, revoked_at timestamptz, revoked_by text, revision integer not null)`,
    'create index access_keys_listing on access_keys (project, id)',
    `create table access_token_usage (
      project text not null, key_id text not null, day integer not null, tokens bigint not null, primary key (project, key_id, day))`,
  ]),
  migration('access-003-policies', [
    // A null source is the version that took the policy out of force.
    `create table access_policies (
      project text not null, name text not null, version integer not null, source text, description text not null, digest text not null,
      created_at timestamptz not null, created_by text not null, primary key (project, name, version))`,
  ]),
  migration('access-004-defaults', [
    `create table access_defaults (
      project text primary key, limits jsonb not null, networks jsonb not null, revision integer not null,
      changed_at timestamptz not null, changed_by text not null)`,
  ]),
]
