import { companyResource } from '../src/companies/company.resource.ts';
import { contactResource } from '../src/contacts/contact.resource.ts';

/** The statements of the bare server. */
export interface BareQueries {
  one: string;
  list: string;
  count: string;
  create: string;
}

/** The rows that the API answers, as plain SQL would ask for them. */
export function bareQueries(): BareQueries {
  const columns = [...contactResource.columns.keys()].map((name) => `t.${name}`).join(', ');
  const select = `SELECT ${columns}, t.first_name || ' ' || t.last_name AS full_name, c.name AS company_name,
    o.first_name || ' ' || o.last_name AS owner_name, a.first_name || ' ' || a.last_name AS assigned_to_name,
    b.first_name || ' ' || b.last_name AS created_by_name
    FROM ${contactResource.plural} t LEFT JOIN ${companyResource.plural} c ON c.id = t.company_id
    LEFT JOIN users o ON o.id = t.owner_id LEFT JOIN users a ON a.id = t.assigned_to_id LEFT JOIN users b ON b.id = t.created_by_id`;
  return {
    one: `${select} WHERE t.id = $1 AND t.deleted_at IS NULL`,
    list: `${select} WHERE t.deleted_at IS NULL ORDER BY t.created_at DESC, t.id DESC LIMIT 26`,
    count: 'SELECT count(*) AS count FROM contacts WHERE deleted_at IS NULL',
    create: `INSERT INTO contacts (id, first_name, last_name, email) VALUES ($1, $2, $3, $4) RETURNING *`,
  };
}
