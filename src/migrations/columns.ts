/** The columns that every resource has. Migrations that have run never change, and neither do these. */
export const RESOURCE_COLUMNS = `
  id uuid PRIMARY KEY,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  created_by_id uuid,
  version integer NOT NULL DEFAULT 1,
  deleted_at timestamptz(3)`;

/** And those of every CRM record. */
export const RECORD_COLUMNS = `${RESOURCE_COLUMNS},
  owner_id uuid REFERENCES users(id),
  tags text[] NOT NULL DEFAULT '{}',
  custom_fields jsonb NOT NULL DEFAULT '{}'`;
