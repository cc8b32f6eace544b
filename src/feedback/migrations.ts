import { migration } from '#platform/store'

export const feedbackMigrations = [
  migration('feedback-001-feedback', [
    `create table feedback (
      project text not null, id text primary key, version integer not null, request_id text not null, principal text not null, key_id text,
      reporter text not null, score double precision not null, category text not null, comment text, expected text, state text not null,
      event_id text, endpoint text, release text, criticality text, domain text, simulated boolean not null, received_at timestamptz not null,
      updated_at timestamptz not null, note text, answer text, fixed_in text, evaluation_case jsonb)`,
    // One voice a person and call.
    'create unique index feedback_voice on feedback (project, request_id, principal, reporter)',
    'create index feedback_newest on feedback (project, id desc)',
    `create index feedback_parked on feedback (received_at) where state = 'parked'`,
    'create index feedback_release on feedback (project, release, received_at)',
  ]),
  migration('feedback-002-turns', [
    'create table feedback_turns (project text not null, name text not null, holder text not null, until timestamptz not null, primary key (project, name))',
  ]),
]
