import { requirePermission } from '../auth/scope.ts';
import { companyService, findOrCreateCompany } from '../companies/company.service.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import { contactService } from '../contacts/contact.service.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { duplicate, fieldError } from '../core/errors.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { lockRow, writeRow } from '../crud/write-rows.ts';
import { dealResource } from '../deals/deal.resource.ts';
import { dealService } from '../deals/deal.service.ts';
import { record } from '../events/record.ts';
import { parseInput } from '../http/parse.ts';
import { leadResource } from './lead.resource.ts';
import { alreadyConverted } from './lead.service.ts';
import { moveToContact } from './move-to-contact.service.ts';

export interface Conversion {
  create_deal?: boolean;
  pipeline_id?: string | null;
  deal_name?: string | null;
  company?: string | null;
  contact_id?: string | null;
}

export interface Converted {
  lead: Row;
  contact: Row;
  company: Row | null;
  deal: Row | null;
}

const DAYS_TO_CLOSE = 30;
const MS_PER_DAY = 86_400_000;
const HELD_BY_ANOTHER =
  'A contact that you may not read has this email. Ask its owner to share it with you, or give the contact_id of the contact that the lead is to become.';

/**
 * Makes a contact of a lead, finding or making the company and the contact and making a deal where one is wanted, and
 * moves there what was logged, said and planned. The lead is locked first, so that of many conversions at once one
 * succeeds. Throws 400, 404, 403 naming the permission, 409 naming the contact where it is converted already, 409
 * `duplicate` where a contact that the caller may not read has its address.
 */
export async function convertLead(ctx: Ctx, id: string, input: Conversion): Promise<Converted> {
  const lead = await lockRow(ctx, leadResource, id, leadResource.permissions.edit);
  if (lead.status === 'converted') throw await alreadyConverted(ctx, id);
  requirePermission(ctx.principal, contactResource.permissions.create);
  const isDealWanted = input.create_deal ?? lead.estimated_value !== null;
  if (isDealWanted) requirePermission(ctx.principal, dealResource.permissions.create);

  const name = input.company ?? lead.company_name;
  const named = name ? await findOrCreateCompany(ctx, String(name), { derived: { owner_id: lead.owner_id } }) : null;
  const contact = input.contact_id
    ? await readGivenContact(ctx, input.contact_id)
    : await findOrCreateContact(ctx, lead, named);
  // That of a contact who was there already, as far as it may be read.
  const companyId = named ?? (contact.company_name ? contact.company_id : null);
  const company = companyId ? await companyService.read(ctx, String(companyId)) : null;
  const deal = isDealWanted ? await createDeal(ctx, lead, input, contact, company) : null;
  const moved = await moveToContact(ctx, lead, contact);
  return { lead: await markConverted(ctx, lead, { contact, company, deal }, moved), contact, company, deal };
}

/** The contact that the caller says the lead is, whatever its address. */
async function readGivenContact(ctx: Ctx, id: string): Promise<Row> {
  const { values, bind } = new Parameters();
  const readable = scopeCondition(ctx, contactResource, contactResource.permissions.view, 't', bind);
  const [found] = await ctx.db.query(
    prepared(`SELECT 1 FROM contacts t WHERE t.id = ${bind(id)} AND t.deleted_at IS NULL AND ${readable}`, values),
  );
  if (!found) throw fieldError('contact_id', 'not_found', 'No such contact.');
  return contactService.read(ctx, id);
}

/** The contact with the lead's address that the caller may read, or else a new one with the lead's data. */
async function findOrCreateContact(ctx: Ctx, lead: Row, company_id: string | null): Promise<Row> {
  const { email, first_name, last_name, phone, job_title, notes, tags, lead_source } = lead;
  if (email) {
    // Leads of one address that are converted at once become one contact.
    await ctx.db.query("SELECT pg_advisory_xact_lock(hashtextextended('contact:' || $1, 0))", [email]);
    const { values, bind } = new Parameters();
    const readable = scopeCondition(ctx, contactResource, contactResource.permissions.view, 't', bind);
    const [found] = await ctx.db.query<{ id: string; is_readable: boolean }>(
      prepared(
        `SELECT t.id, coalesce(${readable}, FALSE) AS is_readable FROM contacts t
         WHERE t.email = ${bind(email)} AND t.deleted_at IS NULL`,
        values,
      ),
    );
    if (found?.is_readable) return contactService.read(ctx, found.id);
    if (found) throw duplicate('email', HELD_BY_ANOTHER, []);
  }
  const data = { email, first_name, last_name, phone, job_title, notes, tags, company_id, source: lead_source };
  const { owner_id, assigned_to_id, last_contacted_at } = lead;
  const derived = { owner_id, assigned_to_id, last_contacted_at };
  // A lead is found by its address alone: another of its name is not asked after.
  const input = parseInput(contactResource.createSchema, data);
  return contactService.create(ctx, input, { derived, isDerived: true, allowDuplicate: true });
}

async function createDeal(ctx: Ctx, lead: Row, input: Conversion, contact: Row, company: Row | null): Promise<Row> {
  const person = `${lead.first_name} ${lead.last_name}`;
  const data = {
    name: input.deal_name ?? (company ? `${company.name} - ${person}` : person).slice(0, 200),
    amount: lead.estimated_value,
    currency: lead.currency,
    pipeline_id: input.pipeline_id,
    contact_id: contact.id,
    company_id: company?.id,
    expected_close_date: new Date(Date.now() + DAYS_TO_CLOSE * MS_PER_DAY).toISOString().slice(0, 10),
  };
  const { owner_id, assigned_to_id } = lead;
  return dealService.create(ctx, parseInput(dealResource.createSchema, data), {
    derived: { owner_id, assigned_to_id },
    isDerived: true,
  });
}

async function markConverted(
  ctx: Ctx,
  lead: Row,
  { contact, company, deal }: Omit<Converted, 'lead'>,
  moved: Record<string, number>,
): Promise<Row> {
  const ids = { contact_id: contact.id, company_id: company?.id ?? null, deal_id: deal?.id ?? null };
  const written = await writeRow(
    ctx,
    leadResource,
    (
      bind,
    ) => `UPDATE leads SET status = 'converted', converted_at = now(), converted_contact_id = ${bind(ids.contact_id)},
      converted_company_id = ${bind(ids.company_id)}, converted_deal_id = ${bind(ids.deal_id)},
      updated_at = now(), version = version + 1 WHERE id = ${bind(lead.id)}`,
  );
  const { row, label } = written as NonNullable<typeof written>;
  const subject = { type: 'lead', id: String(row.id), version: Number(row.version), label };
  const fields = ['status', 'converted_at', 'converted_contact_id', 'converted_company_id', 'converted_deal_id'];
  const changes = fields
    .filter((field) => row[field] !== lead[field])
    .map((field): [string, [unknown, unknown]] => [field, [lead[field], row[field]]]);
  await record(ctx, 'lead.converted', subject, {
    changes: Object.fromEntries(changes),
    metadata: { ...ids, moved },
  });
  return row;
}
