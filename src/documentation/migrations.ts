import { migration } from '#platform/store'

export const documentationMigrations = [
  migration('documentation-001-cards', [
    `create table documentation_cards (
      project text not null, id text primary key, model text not null, model_version integer not null, manifest_digest text not null,
      version integer not null, digest text not null, risk text not null, missing jsonb not null,
      created_at timestamptz not null, created_by text not null, updated_at timestamptz not null, updated_by text not null,
      unique (project, model, model_version))`,
    `create table documentation_card_versions (
      project text not null, card_id text not null, version integer not null, digest text not null, content jsonb not null,
      created_at timestamptz not null, created_by text not null, primary key (project, card_id, version))`,
  ]),
  migration('documentation-002-decisions', [
    `create table documentation_decisions (
      project text not null, id text primary key, title text not null, status text not null, version integer not null, digest text not null,
      superseded_by text, review_by timestamptz, created_at timestamptz not null, created_by text not null,
      updated_at timestamptz not null, updated_by text not null)`,
    `create table documentation_decision_versions (
      project text not null, decision_id text not null, version integer not null, digest text not null, status text not null, content jsonb not null,
      reason text not null, created_at timestamptz not null, created_by text not null, primary key (project, decision_id, version))`,
  ]),
]
