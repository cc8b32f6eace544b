import { migration } from '#platform/store'

export const auditMigrations = [
  migration('audit-001-log', [
    'create table audit_head (project text primary key, size bigint not null, peaks jsonb not null)',
    `create table audit_entries (
      project text not null, seq bigint not null, at timestamptz not null, actor_id text not null, action text not null,
      subject_kind text not null, subject_id text not null, canonical text not null, primary key (project, seq))`,
    'create index audit_entries_subject on audit_entries (project, subject_kind, subject_id, seq)',
    'create table audit_checkpoints (project text not null, size bigint not null, note text not null, primary key (project, size))',
    // A second lock on the door: an update or delete of a line fails even for our own code. Who owns the database can drop it; the signed tree still shows.
    `create function audit_append_only() returns trigger language plpgsql as $$ begin raise exception 'the audit log is append-only'; end $$`,
    'create trigger audit_entries_append_only before update or delete on audit_entries for each row execute function audit_append_only()',
    'create trigger audit_checkpoints_append_only before update or delete on audit_checkpoints for each row execute function audit_append_only()',
  ]),
]
