import { createSystemCtx } from '../../src/core/ctx.ts';
import { keepFieldIndexes } from '../../src/custom-fields/field-index.service.ts';
import type { TestApp } from './app.ts';
import type { requestsWith } from './caller.ts';

export interface GivenField {
  entity: string;
  name: string;
  field_type?: string;
  [fact: string]: unknown;
}

const admins = new WeakMap<TestApp, Promise<ReturnType<typeof requestsWith>>>();

/** Defines a custom field as an administrator does; a text unless told. Answers its definition. */
export async function defineField(app: TestApp, field: GivenField) {
  let admin = admins.get(app);
  if (!admin) {
    admin = app.createCaller('admin');
    admins.set(app, admin);
  }
  const given = { label: field.name.replaceAll('_', ' '), field_type: 'text', ...field };
  const { body } = await (await admin).post('/custom-fields/', given).expect(201);
  return body as { id: string; name: string; version: number; [fact: string]: unknown };
}

/** What the queued job does; the tests run no worker. */
export async function buildIndexes(app: TestApp, id: string): Promise<void> {
  await keepFieldIndexes(createSystemCtx(app.system), id);
}
