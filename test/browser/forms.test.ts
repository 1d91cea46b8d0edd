import { expect, test } from '@jest/globals';
import { describeInBrowser, visitInBrowser } from '../support/browser.ts';
import { createPanelUser, openPanelAs } from '../support/panel.ts';

const CONTACTS = '/admin/resources/contacts';

describeInBrowser('the forms of the panel in a browser', () => {
  const visit = visitInBrowser();

  async function openEdit(form: Record<string, string> = {}) {
    const { app, page, signIn } = visit;
    const other = await openPanelAs(app, 'admin');
    const contact = { first_name: 'Ada', last_name: 'Lovelace', ...form };
    const { body } = await other.post('/api/resources/contacts/actions/new', contact).expect(200);
    const id: string = body.record.params.id;
    await signIn(await createPanelUser(app, 'admin'));
    await page.goto(`${CONTACTS}/records/${id}/edit`);
    await page.locator('#department').waitFor();
    const changeMeanwhile = (fields: Record<string, string>) =>
      other.post(`/api/resources/contacts/records/${id}/edit`, fields).expect(200);
    return { id, changeMeanwhile };
  }

  async function readContact(id: string) {
    const [row] = await visit.app.system.database.query('SELECT city, department, tags FROM contacts WHERE id = $1', [
      id,
    ]);
    return row;
  }

  test('what somebody else changed meanwhile in other fields is kept beside one’s own change', async () => {
    const { page, faults } = visit;
    const { id, changeMeanwhile } = await openEdit({ 'tags.0': 'vip' });
    await changeMeanwhile({ city: 'Oslo' });
    await page.locator('#department').fill('Looms');
    await page.getByTestId('button-save').click();
    await page.getByText('Saved.').waitFor();
    expect(await readContact(id)).toEqual({ city: 'Oslo', department: 'Looms', tags: ['vip'] });
    expect(faults).toEqual([]);
  });

  test('a field that both changed is told with its value now, and kept when saved again', async () => {
    const { page, faults } = visit;
    const { id, changeMeanwhile } = await openEdit({ city: 'Rome' });
    await changeMeanwhile({ city: 'Oslo', 'tags.0': 'new' });
    await page.locator('#city').fill('Bonn');
    await page.getByTestId('button-save').click();
    await page.getByTestId('property-edit-city').getByText('Changed by admin Panel meanwhile: now Oslo').waitFor();
    expect(await page.locator('#city').inputValue()).toBe('Bonn');
    expect(await readContact(id)).toMatchObject({ city: 'Oslo' });
    await page.getByTestId('button-save').click();
    await page.getByText('Saved.').waitFor();
    expect(await readContact(id)).toEqual({ city: 'Bonn', department: null, tags: ['new'] });
    expect(faults).toEqual([]);
  });

  test('a list from which the last item was taken is emptied', async () => {
    const { page } = visit;
    const { id } = await openEdit({ 'tags.0': 'vip' });
    await page.getByTestId('tags-0-delete').or(page.locator('[data-testid=property-edit-tags] button')).first().click();
    await page.getByTestId('button-save').click();
    await page.getByText('Saved.').waitFor();
    expect(await readContact(id)).toMatchObject({ tags: [] });
  });

  test('the first faulty field is brought into sight with the cursor in it, and the message names all', async () => {
    const { page } = visit;
    await openEdit();
    await page.locator('#email').fill('nonsense');
    await page.locator('#website').fill('nonsense');
    await page.getByTestId('button-save').click();
    await page.getByText('Nothing is saved yet. Please look at: E-mail, Website.').waitFor();
    const email = page.locator('#email');
    expect(await email.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await email.evaluate((input) => input.getBoundingClientRect().top)).toBeGreaterThan(0);
  });

  test('a new record opens with its defaults, and a country is found by its name', async () => {
    const { app, page, faults, signIn } = visit;
    await signIn(await createPanelUser(app, 'admin'));
    await page.goto('/admin/resources/companies/actions/new');
    await page.getByTestId('property-edit-currency').getByText('US Dollar (USD)').waitFor();
    await page.getByTestId('property-edit-company_type').getByText('Prospect').waitFor();
    await page.locator('#name').fill('Made in Chooser');
    await page.getByLabel('Country').fill('germ');
    await page.getByText('Germany', { exact: true }).click();
    await page.getByLabel('Size').fill('11-50');
    await page.keyboard.press('Enter');
    await page.getByTestId('button-save').click();
    await page.getByText('Created.').waitFor();
    const [row] = await app.system.database.query(
      "SELECT country, currency, size, company_type FROM companies WHERE name = 'Made in Chooser'",
    );
    expect(row).toEqual({ country: 'DE', currency: 'USD', size: '11-50', company_type: 'prospect' });
    await page.goto('/admin/resources/companies?filters.country=DE');
    await page.getByRole('link', { name: 'Made in Chooser' }).click();
    await page.getByTestId('property-show-country').getByText('Germany').waitFor();
    expect(faults).toEqual([]);
  });
});
