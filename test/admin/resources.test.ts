import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from '../support/app.ts';
import { openPanelAs, type PanelVisitor } from '../support/panel.ts';

let app: TestApp;
let admin: PanelVisitor & { id: string };
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
  admin = await openPanelAs(app, 'admin');
});
afterAll(() => app.close());

const CONTACTS = '/api/resources/contacts';

async function createContact(visitor: PanelVisitor, form: Record<string, string> = {}) {
  const fields = { first_name: 'Ada', last_name: 'Lovelace', ...form };
  return (await visitor.post(`${CONTACTS}/actions/new`, fields).expect(200)).body;
}

describe('a contact at the panel', () => {
  test('is validated, created, changed and moved to the trash by the service', async () => {
    const refused = await createContact(admin, { email: 'nonsense', phone: 'x' });
    expect(refused.notice.type).toBe('error');
    expect(refused.record.errors).toMatchObject({
      email: { message: 'Enter a valid email address.' },
      phone: { message: expect.any(String) },
    });

    const created = await createContact(admin, { email: 'Ada@Panel.example', 'tags.0': 'vip', do_not_email: 'true' });
    const { id, ...params } = created.record.params;
    expect(params).toMatchObject({
      email: 'ada@panel.example',
      owner_id: admin.id,
      'tags.0': 'vip',
      do_not_email: true,
    });

    const duplicate = await createContact(admin, { email: 'ada@panel.example' });
    expect(duplicate.record.errors.email.message).toContain('already');

    const changed = await admin.post(`${CONTACTS}/records/${id}/edit`, { version: '1', city: 'London' });
    expect(changed.body.record.params).toMatchObject({ city: 'London', version: 2 });

    await admin.post(`${CONTACTS}/records/${id}/delete`).expect(200);
    const [row] = await app.system.database.query('SELECT deleted_at FROM contacts WHERE id = $1', [id]);
    expect(row).toEqual({ deleted_at: expect.any(String) });
    const events = await app.system.database.query<{ event: string }>(
      'SELECT event FROM audit_logs WHERE resource_id = $1 AND actor_id = $2 ORDER BY id',
      [id, admin.id],
    );
    expect(events.map(({ event }) => event)).toEqual(['contact.created', 'contact.updated', 'contact.deleted']);
  });

  test('merges what somebody else changed while the form was open, and tells where both changed the same', async () => {
    const { record } = await createContact(admin, { city: 'Rome' });
    const path = `${CONTACTS}/records/${record.params.id}/edit`;
    const other = await openPanelAs(app, 'admin');
    await other.post(path, { version: '1', city: 'Oslo', company_id: '' }).expect(200);
    const merged = await admin.post(path, { version: '1', department: 'Looms' }).expect(200);
    expect(merged.body.record.params).toMatchObject({ city: 'Oslo', department: 'Looms', version: 3 });

    const stale = await admin.post(path, { version: '1', city: 'Bonn', department: 'Looms' }).expect(200);
    expect(stale.body.record.errors.city.message).toMatch(/^Changed by admin Panel meanwhile: now Oslo\./);
    expect(stale.body.notice.message).toContain('City');
    // The form goes on from the row as it is, so that saving again keeps the one value on purpose.
    expect(stale.body.record.params).toMatchObject({ city: 'Bonn', version: 3 });
    await admin.post(path, { version: '3', city: 'Bonn' }).expect(200);
    const [row] = await app.system.database.query('SELECT city, department FROM contacts WHERE id = $1', [
      record.params.id,
    ]);
    expect(row).toEqual({ city: 'Bonn', department: 'Looms' });
  });

  test('takes the default where a form leaves a field that has one empty', async () => {
    const form = { name: 'Default Ltd', currency: '', company_type: '', country: '', size: '', 'tags.0': '' };
    const { body } = await admin.post('/api/resources/companies/actions/new', form).expect(200);
    const expected = { currency: 'USD', company_type: 'prospect', country: null, size: null };
    expect(body.record.params).toMatchObject(expected);
    const path = `/api/resources/companies/records/${body.record.params.id}/edit`;
    const refused = await admin.post(path, { version: '1', currency: '' }).expect(200);
    expect(refused.body.record.errors.currency).toBeDefined();
  });

  test('refuses fields that its form does not offer', async () => {
    const { record } = await createContact(admin, { city: 'Rome' });
    const path = `${CONTACTS}/records/${record.params.id}/edit`;
    const refused = await admin.post(path, { city: 'Oslo', created_by_id: admin.id, 'nonsense.0': 'x' }).expect(400);
    expect(refused.body.errors.map(({ field }: { field: string }) => field)).toEqual(['created_by_id', 'nonsense']);
    const user = { first_name: 'Eve', email: 'eve@panel.example', is_active: 'false', password_hash: 'x' };
    const account = await admin.post(`/api/resources/users/records/${admin.id}/edit`, user).expect(400);
    expect(account.body.detail).toContain('email');
    await admin.post(`${CONTACTS}/actions/new`, { version: '1', last_name: 'X', first_name: 'Y' }).expect(400);
    const [row] = await app.system.database.query('SELECT city FROM contacts WHERE id = $1', [record.params.id]);
    expect(row).toEqual({ city: 'Rome' });
  });

  test('is found by name, filtered, and shows the names of what it refers to', async () => {
    const company = await admin.post('/api/resources/companies/actions/new', { name: 'Filterable Ltd' }).expect(200);
    const company_id = company.body.record.params.id;
    await createContact(admin, { first_name: 'Findme', last_name: 'Quickly', company_id, status: 'lead' });
    for (const query of ['filters.full_name=findme+quick', `filters.company_id=${company_id}`]) {
      const { body } = await admin.get(`${CONTACTS}/actions/list?${query}&filters.status=lead`).expect(200);
      expect(body.meta.total).toBe(1);
      expect(body.records[0].populated.company_id.title).toBe('Filterable Ltd');
    }
    const found = await admin.get(`${CONTACTS}/actions/search/findme`).expect(200);
    expect(found.body.records.map(({ title }: { title: string }) => title)).toEqual(['Findme Quickly']);
    const users = await admin.get('/api/resources/users/actions/search/Panel').expect(200);
    expect(users.status).toBe(200);
    const unknown = await admin.get(`${CONTACTS}/actions/list?filters.search_vector=x`).expect(200);
    expect(unknown.body).toMatchObject({ records: [], notice: { type: 'error' } });
    const sized = await admin.get(`${CONTACTS}/actions/list?filters.page_size=1`).expect(200);
    expect(sized.body).toMatchObject({ records: [], notice: { type: 'error' } });
  });

  test('never brings a hash along', async () => {
    for (const path of ['/api/resources/users/actions/list', `/api/resources/users/records/${admin.id}/show`, '']) {
      expect((await admin.get(path).expect(200)).text).not.toMatch(/password_hash|argon2/);
    }
  });
});

describe('a list', () => {
  test('is sorted by the column that a title begins with', async () => {
    const names = ['Ada Zuse', 'Zoe Abel'].map((name) => name.split(' '));
    for (const [first_name = '', last_name = ''] of names)
      await createContact(admin, { first_name, last_name, city: 'Sortburg' });
    for (const direction of ['asc', 'desc']) {
      const query = `filters.city=Sortburg&sortBy=full_name&direction=${direction}`;
      const { body } = await admin.get(`${CONTACTS}/actions/list?${query}`).expect(200);
      const titles = body.records.map(({ title }: { title: string }) => title);
      expect(titles).toEqual(direction === 'asc' ? ['Zoe Abel', 'Ada Zuse'] : ['Ada Zuse', 'Zoe Abel']);
      expect(body.meta).toMatchObject({ sortBy: 'full_name', direction });
    }
  });

  test('names a faulty filter as the panel does', async () => {
    const long = 'x'.repeat(600);
    const { body } = await admin.get(`${CONTACTS}/actions/list?filters.email=${long}&filters.owner_id=me`).expect(200);
    expect(body.notice.message).toMatch(/^(E-mail|Owner): /);
  });

  test('has an end, and says nothing of cursors beyond it', async () => {
    for (const page of [99, 99_999]) {
      const { body } = await admin.get(`${CONTACTS}/actions/list?page=${page}`).expect(200);
      expect(body).toMatchObject({ records: [], meta: { page } });
      expect(body.notice).toBeUndefined();
    }
  });
});

describe('the audit log', () => {
  test('is read and never written', async () => {
    const list = await admin.get('/api/resources/audit_logs/actions/list?filters.event=signed_in').expect(200);
    const [entry] = list.body.records;
    expect(entry.params).toMatchObject({ event: 'user.signed_in' });
    const actions = entry.recordActions.map(({ name }: { name: string }) => name);
    expect(actions).toEqual(['show']);
    for (const path of [
      'actions/new',
      `records/${entry.id}/edit`,
      `records/${entry.id}/delete`,
      `bulk/bulkDelete?recordIds=${entry.id}`,
    ]) {
      const { body } = await admin.post(`/api/resources/audit_logs/${path}`, { event: 'user.created' }).expect(200);
      expect(body.notice.type).toBe('error');
    }
  });
});

describe('permission and scope', () => {
  test('hold for a role that may sign in and see, and no more', async () => {
    await admin.post('/api/resources/roles/actions/new', {
      name: 'onlooker',
      display_name: 'Onlooker',
      level: '2',
      'permissions.0': 'access_admin',
      'permissions.1': 'view_contacts',
      'permissions.2': 'create_contacts',
    });
    const mine = (await createContact(admin)).record.params.id;
    const onlooker = await openPanelAs(app, 'onlooker');
    const own = await createContact(onlooker, { first_name: 'Own' });
    const list = await onlooker.get(`${CONTACTS}/actions/list`).expect(200);
    expect(list.body.records.map(({ id }: { id: string }) => id)).toEqual([own.record.params.id]);
    expect(list.body.meta.total).toBe(1);
    expect(list.body.records[0].populated.owner_id.title).toBe('onlooker Panel');
    const other = await onlooker.get(`${CONTACTS}/records/${mine}/show`).expect(200);
    expect(other.body).toMatchObject({ notice: { type: 'error' }, record: { params: {} } });
    const search = await onlooker.get(`${CONTACTS}/actions/search/Ada`).expect(200);
    expect(search.body.records).toEqual([]);
    const edit = await onlooker.post(`${CONTACTS}/records/${own.record.params.id}/edit`, { city: 'Rome' }).expect(200);
    expect(edit.body.notice.type).toBe('error');
    for (const noun of ['users', 'teams', 'audit_logs', 'role_assignments']) {
      const { body } = await onlooker.get(`/api/resources/${noun}/actions/list`).expect(200);
      expect(body).toMatchObject({ records: [], notice: { type: 'error' } });
    }
    const escalated = await onlooker.post('/api/resources/role_assignments/actions/new', {
      user_id: onlooker.id,
      role_id: mine,
    });
    expect(escalated.body.notice.type).toBe('error');
    const dashboard = await onlooker.get('/api/dashboard').expect(200);
    expect(dashboard.body).toMatchObject({
      events: null,
      jobs: null,
      counts: [
        { id: 'contacts', count: 1 },
        { id: 'companies', count: 0 },
        { id: 'leads', count: 0 },
      ],
    });
  });
});

describe('odd requests', () => {
  test.each([
    ['rows.0.length', '99999999'],
    ['tags.99999999', 'x'],
    ['__proto__.polluted', 'x'],
    ['constructor.prototype.polluted', 'x'],
    ['a.b.c.d.e.f.g.h', 'x'],
    ['filters~~length', '99999999'],
    ['x'.repeat(200), 'x'],
  ])('the name %s is refused in a form and in a query', async (name, value) => {
    await admin.post(`${CONTACTS}/actions/new`, { [name]: value }).expect(400);
    await admin.get(`${CONTACTS}/actions/list?${encodeURIComponent(name)}=${value}`).expect(400);
  });

  test('too many fields, too much text, files and other types are refused', async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, '']));
    await admin.post(`${CONTACTS}/actions/new`, many).expect(400);
    await admin.post(`${CONTACTS}/actions/new`, { notes: 'x'.repeat(600_000) }).expect(413);
    const upload = admin.post(`${CONTACTS}/actions/new`);
    await upload
      .type('multipart/form-data; boundary=x')
      .send('--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nc\r\n--x--\r\n')
      .expect(400);
    await admin.post(`${CONTACTS}/actions/new`).type('json').send('{}').expect(415);
    await admin.get('').expect(200);
  });

  test.each([
    ['/api/resources/secrets/actions/list', 404],
    ['/api/resources/contacts/actions/nonsense', 404],
    ['/resources/constructor', 404],
    ['/nope', 404],
    ['/api/nope', 404],
    ['/resources/contacts/actions/nope', 404],
    ['/api/resources/contacts/bulk/bulkDelete', 404],
    ['/api/resources/contacts/records/nonsense/show', 200],
    ['/api/resources/contacts/actions/list?page=-5&perPage=-1', 200],
    ['/api/resources/contacts/actions/list?page=99999999', 200],
    ['/api/resources/contacts/actions/list?page=1&page=2', 400],
    ['/api/resources/contacts/actions/list?sortBy=password_hash&direction=desc%3B', 200],
    ['/api/resources/contacts/actions/list?filters.company_id=nonsense', 200],
    ['/api/resources/audit_logs/actions/list?filters.created_at~~from=nonsense', 200],
    ['/api/resources/audit_logs/actions/list?filters.resource_id=nonsense', 200],
  ])('%s answers %i', async (path, status) => {
    await admin.get(path).expect(status);
  });

  test('a list where a text is meant, and a text where a list is, change nothing', async () => {
    const { record } = await createContact(admin);
    const path = `${CONTACTS}/records/${record.params.id}/edit`;
    const listed = await admin.post(path, { 'city.0': 'a', 'city.1': 'b' }).expect(200);
    expect(listed.body.record.errors.city).toBeDefined();
    const texted = await admin.post(path, { tags: 'one' }).expect(200);
    expect(texted.body.record.params['tags.0']).toBe('one');
  });
});
