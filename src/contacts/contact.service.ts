import { findOrCreateCompany } from '../companies/company.service.ts';
import type { Ctx } from '../core/ctx.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import type { Input } from '../crud/write-rows.ts';
import { contactResource } from './contact.resource.ts';

const crud = crudService(contactResource);

export const contactService: CrudService = {
  ...crud,
  create: async (ctx, input, options) => crud.create(ctx, await withCompany(ctx, input), options),
  update: async (ctx, id, input, options) => crud.update(ctx, id, await withCompany(ctx, input), options),
};

/** A company given by name is found or made, unless its id is given too. Without a name the contact has none. */
async function withCompany(ctx: Ctx, { company, ...input }: Input): Promise<Input> {
  if (company === undefined || input.company_id) return input;
  return { ...input, company_id: typeof company === 'string' ? await findOrCreateCompany(ctx, company) : null };
}
