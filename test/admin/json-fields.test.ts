import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from '../support/app.ts';
import { defineField } from '../support/custom-fields.ts';
import { openPanelAs, type PanelVisitor } from '../support/panel.ts';

let app: TestApp;
let admin: PanelVisitor;
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
  admin = await openPanelAs(app, 'admin');
  const choices = ['chess', 'looms'];
  await defineField(app, { entity: 'contacts', name: 'interests', field_type: 'multi_select', options: choices });
  await defineField(app, { entity: 'contacts', name: 'vip', field_type: 'boolean' });
  await defineField(app, { entity: 'contacts', name: 'shoe_size', field_type: 'decimal' });
});
afterAll(() => app.close());

const CONTACTS = '/api/resources/contacts';
const GIVEN = {
  emails: [{ value: 'ada@json.example', type: 'work', is_primary: true }],
  phones: [{ value: '+44 20 7946 0000', type: 'home', is_primary: false }],
  consent: { newsletter: true, score: 7, source: 'true', withdrawn: null },
  external_ids: { hubspot: '123' },
  custom_fields: { interests: ['chess', 'looms'], vip: false, shoe_size: 38.5 },
};

const printed = (fields: object) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]));

async function createContact(fields: object = GIVEN) {
  const form = { first_name: 'Ada', last_name: 'Lovelace', ...printed(fields) };
  return (await admin.post(`${CONTACTS}/actions/new`, form).expect(200)).body.record;
}

async function readContact(id: string) {
  const columns = Object.keys(GIVEN).join(', ');
  const [row] = await app.system.database.query(`SELECT ${columns}, version FROM contacts WHERE id = $1`, [id]);
  return row;
}

async function editContact(record: { params: Record<string, unknown> }, fields: Record<string, string>) {
  const form = { version: String(record.params.version), ...fields };
  return (await admin.post(`${CONTACTS}/records/${record.params.id}/edit`, form).expect(200)).body.record;
}

describe('JSON fields', () => {
  test('are created, and each value keeps its kind', async () => {
    const { params } = await createContact();
    expect(await readContact(params.id)).toEqual({ ...GIVEN, version: 1 });
  });

  test('that nobody touched are no change, and one that is changed is recorded alone', async () => {
    const record = await createContact();
    await editContact(record, {});
    expect(await readContact(record.params.id)).toMatchObject({ version: 1 });
    await editContact(record, { ...printed({ consent: { newsletter: false }, phones: [] }) });
    expect(await readContact(record.params.id)).toEqual({
      ...GIVEN,
      consent: { newsletter: false },
      phones: [],
      version: 2,
    });
    const [event] = await app.system.database.query<{ changes: object }>(
      "SELECT changes FROM audit_logs WHERE resource_id = $1 AND event = 'contact.updated'",
      [record.params.id],
    );
    expect(event?.changes).toEqual({
      consent: [GIVEN.consent, { newsletter: false }],
      phones: [GIVEN.phones, []],
    });
  });

  test('that are custom fields are changed by name: what is taken out of the form is cleared, what is as it was is left', async () => {
    const record = await createContact();
    await app.system.database.query(
      `UPDATE contacts SET custom_fields = custom_fields || '{"shoe_size": 40}' WHERE id = $1`,
      [record.params.id],
    );
    await editContact(record, printed({ custom_fields: { vip: true, shoe_size: 40 } }));
    expect((await readContact(record.params.id))?.custom_fields).toEqual({ vip: true, shoe_size: 40 });
    const [event] = await app.system.database.query<{ changes: object }>(
      "SELECT changes FROM audit_logs WHERE resource_id = $1 AND event = 'contact.updated'",
      [record.params.id],
    );
    expect(event?.changes).toEqual({
      'custom_fields.vip': [false, true],
      'custom_fields.interests': [['chess', 'looms'], null],
    });
  });

  test('are refused at the very value that is wrong, and nothing is changed', async () => {
    const record = await createContact();
    const wrong = {
      emails: [...GIVEN.emails, { value: 'nonsense', type: 'work', is_primary: false }],
      consent: { newsletter: { nested: 1 } },
      custom_fields: { 'Shoe Size': 1, interests: ['', 'x'] },
    };
    const { errors, params } = await editContact(record, printed(wrong));
    expect(errors['emails.1.value'].message).toBe('Enter a valid email address.');
    expect(errors['custom_fields.Shoe Size'].message).toBe('Use lower-case letters, digits and _.');
    expect(Object.keys(errors).sort()).toEqual([
      'consent.newsletter',
      'custom_fields.Shoe Size',
      'custom_fields.interests.0',
      'emails.1.value',
    ]);
    // The form goes on with what was typed.
    expect(JSON.parse(params.emails)).toEqual(wrong.emails);
    expect(await readContact(record.params.id)).toEqual({ ...GIVEN, version: 1 });
  });

  test.each([
    ['not JSON', 'nonsense'],
    ['of another form', '{"a":1}'],
    ['a number', '7'],
  ])('that are %s are refused', async (_what, emails) => {
    const record = await createContact({});
    expect((await editContact(record, { emails })).errors.emails.message).toBe('Give a list.');
  });

  test('with a name that reaches a prototype are refused', async () => {
    const form = { first_name: 'A', last_name: 'B', custom_fields: '{"__proto__":{"a":1}}' };
    const { body } = await admin.post(`${CONTACTS}/actions/new`, form).expect(200);
    expect(body.notice).toEqual({ type: 'error', message: 'The key __proto__ is not allowed.' });
  });

  test('define custom fields themselves', async () => {
    const path = '/api/resources/custom_fields/actions/new';
    const form = { entity: 'contacts', name: 'rank', label: 'Rank', field_type: 'select', options: '["high", "low"]' };
    const { record } = (await admin.post(path, { ...form, default: 'high' }).expect(200)).body;
    expect(JSON.parse(record.params.options)[0]).toMatchObject({ value: 'high', label: 'high', is_active: true });
    const made = await createContact({});
    expect((await readContact(made.params.id))?.custom_fields).toEqual({ rank: 'high' });
    const wrong = (await admin.post(path, { ...form, name: 'Not A Name' }).expect(200)).body.record;
    expect(wrong.errors.name.message).toMatch(/lower-case/);
  });

  test('tell the browser how they are edited, whatever the noun', async () => {
    const page = (await admin.get('').expect(200)).text;
    const [, state = ''] = /REDUX_STATE = (.*);\n/.exec(page) ?? [];
    type State = {
      resources: { id: string; editProperties: { name: string; custom: object; components: object }[] }[];
    };
    const { resources } = JSON.parse(state) as State;
    const propertyOf = (noun: string, name: string) =>
      resources.find(({ id }) => id === noun)?.editProperties.find((property) => property.name === name);
    for (const noun of ['contacts', 'companies']) {
      expect(propertyOf(noun, 'custom_fields')).toMatchObject({
        components: { edit: 'PairsEdit', show: 'PairsShow' },
        custom: { shape: { kind: 'pairs', kinds: ['text', 'number', 'boolean', 'null', 'list'] } },
      });
    }
    expect(propertyOf('contacts', 'external_ids')?.custom).toEqual({ shape: { kind: 'pairs', kinds: ['text'] } });
    expect(propertyOf('contacts', 'emails')?.custom).toMatchObject({
      shape: {
        kind: 'entries',
        columns: [
          { name: 'value', kind: 'text', initial: '', isRequired: true },
          { name: 'type', kind: 'text', initial: 'work', isRequired: false },
          { name: 'is_primary', label: 'Primary', kind: 'boolean', initial: false },
        ],
      },
    });
  });
});
