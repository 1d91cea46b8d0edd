import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser, visitInBrowser } from '../support/browser.ts';
import { defineField } from '../support/custom-fields.ts';
import { createPanelUser, openPanelAs, type PanelVisitor } from '../support/panel.ts';

const CONTACTS = '/admin/resources/contacts';

async function createContact(visitor: PanelVisitor, form: Record<string, string>): Promise<string> {
  const { body } = await visitor.post('/api/resources/contacts/actions/new', { last_name: 'Browser', ...form });
  return body.record.params.id;
}

/** What is wrong for a reader of the screen in the parts that are ours; the frame around them is AdminJS's. */
async function findBarriers(page: Page, ...parts: string[]): Promise<string[]> {
  const { violations } = await parts.reduce((axe, part) => axe.include(part), new AxeBuilder({ page })).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describeInBrowser('records at the panel in a browser', () => {
  const visit = visitInBrowser();

  test('lists and maps are edited row by row, and what is wrong is shown at its input', async () => {
    const { app, page, faults, signIn } = visit;
    await defineField(app, { entity: 'contacts', name: 'vip', field_type: 'boolean' });
    await defineField(app, { entity: 'contacts', name: 'floor', field_type: 'integer' });
    const options = ['chess', 'looms'];
    await defineField(app, { entity: 'contacts', name: 'interests', field_type: 'multi_select', options });
    const id = await createContact(await openPanelAs(app, 'admin'), {
      first_name: 'Rows',
      emails: JSON.stringify([{ value: 'first@rows.example', type: 'work', is_primary: true }]),
      custom_fields: JSON.stringify({ vip: true, floor: 3 }),
    });
    await signIn(await createPanelUser(app, 'admin'));
    await page.goto(`${CONTACTS}/records/${id}/edit`);
    await page.getByTestId('emails-add').click();
    await page.locator('[id="emails.1.value"]').fill('nonsense');
    const customFields = page.getByRole('group', { name: 'Custom fields' });
    await page.getByTestId('custom_fields-add').click();
    await customFields.getByLabel('Name').last().fill('interests');
    await customFields.getByLabel('Kind').last().selectOption('List');
    await customFields.getByLabel('Value').last().fill('chess\nlooms\n');
    await page.getByTestId('button-save').click();
    await page.getByTestId('property-edit-emails').getByText('Enter a valid email address.').waitFor();
    const parts = ['emails', 'phones', 'consent', 'custom_fields'].map((name) => `[data-testid=property-edit-${name}]`);
    expect(await findBarriers(page, ...parts)).toEqual([]);

    await page.locator('[id="emails.1.value"]').fill('second@rows.example');
    await page.getByRole('group', { name: 'E-mail addresses' }).getByLabel('Remove').first().click();
    await page.getByTestId('button-save').click();
    await page.getByText('Saved.').waitFor();
    const [row] = await app.system.database.query('SELECT emails, custom_fields FROM contacts WHERE id = $1', [id]);
    expect(row).toEqual({
      emails: [{ value: 'second@rows.example', type: 'work', is_primary: false }],
      custom_fields: { vip: true, floor: 3, interests: ['chess', 'looms'] },
    });
    await page.goto(`${CONTACTS}/records/${id}/show`);
    await page.getByTestId('property-show-custom_fields').getByText('chess, looms').waitFor();
    expect(await findBarriers(page, '[data-testid=property-show-custom_fields]')).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('a name that a map has already holds the form back', async () => {
    const { app, page, signIn } = visit;
    for (const name of ['floor', 'room']) await defineField(app, { entity: 'companies', name });
    await signIn(await createPanelUser(app, 'admin'));
    await page.goto('/admin/resources/companies/actions/new');
    await page.locator('#name').fill('Twice Ltd');
    const customFields = page.getByRole('group', { name: 'Custom fields' });
    for (const value of ['1', '2']) {
      await page.getByTestId('custom_fields-add').click();
      await customFields.getByLabel('Name').last().fill('floor');
      await customFields.getByLabel('Value').last().fill(value);
    }
    await page.getByTestId('button-save').click();
    const isValid = (input: HTMLInputElement) => input.checkValidity();
    expect(await customFields.getByLabel('Name').last().evaluate(isValid)).toBe(false);
    await customFields.getByLabel('Name').last().fill('room');
    await page.getByTestId('button-save').click();
    await page.getByText('Created.').waitFor();
    const rows = await app.system.database.query("SELECT custom_fields FROM companies WHERE name = 'Twice Ltd'");
    expect(rows).toEqual([{ custom_fields: { floor: '1', room: '2' } }]);
  });

  test('the trash is a tab: a row is restored from there, others for good deleted', async () => {
    const { app, page, faults, signIn } = visit;
    const admin = await openPanelAs(app, 'admin');
    for (const first_name of ['Alpha', 'Beta', 'Gamma']) await createContact(admin, { first_name, city: 'Trashtown' });
    await signIn(await createPanelUser(app, 'admin'));
    await page.goto(`${CONTACTS}?filters.city=Trashtown`);
    await page.getByRole('link', { name: 'Alpha Browser' }).waitFor();
    await page.locator('table thead input[type=checkbox]').check({ force: true });
    await page.getByText('Move to the trash').first().click();
    await page.getByTestId('confirm').click();
    await page.getByText('3 rows moved to the trash.').waitFor();
    await page.getByText('Nothing matches these filters.').waitFor();

    await page.getByRole('button', { name: 'Trash' }).click();
    await page.getByRole('link', { name: 'Alpha Browser' }).click();
    await page.getByTestId('action-restore').click();
    expect(await findBarriers(page, '[data-testid=confirmation]')).toEqual([]);
    await page.getByTestId('confirm').click();
    await page.getByText('Restored.').waitFor();
    await page.getByTestId('action-edit').waitFor();

    await page.goto(`${CONTACTS}?tab=trash&filters.city=Trashtown`);
    await page.getByRole('link', { name: 'Beta Browser' }).click();
    await page.getByTestId('action-purge').click();
    await page.getByText('cannot be brought back').waitFor();
    await page.getByTestId('confirm').click();
    await page.getByText('Deleted for good.').waitFor();
    await page.getByRole('link', { name: 'Gamma Browser' }).waitFor();
    const rows = await app.system.database.query(
      "SELECT first_name, deleted_at IS NULL AS is_living FROM contacts WHERE city = 'Trashtown' ORDER BY first_name",
    );
    expect(rows).toEqual([
      { first_name: 'Alpha', is_living: true },
      { first_name: 'Gamma', is_living: false },
    ]);
    expect(faults).toEqual([]);
  });

  test('what stands in the way of a bulk stays in sight', async () => {
    const { app, page, signIn } = visit;
    await signIn(await createPanelUser(app, 'admin'));
    await page.goto('/admin/resources/role_assignments');
    await page.getByRole('cell', { name: 'Administrator' }).first().waitFor();
    await page.locator('table thead input[type=checkbox]').check({ force: true });
    await page.getByText('Delete', { exact: true }).first().click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('failure').getByText('The last administrator cannot be removed.').waitFor();
  });

  test('a day is shown without a time, and the history shows what went from what to what', async () => {
    const { app, page, faults, signIn } = visit;
    const admin = await openPanelAs(app, 'admin');
    const id = await createContact(admin, { first_name: 'Past', city: 'Rome' });
    const path = `/api/resources/contacts/records/${id}/edit`;
    for (let index = 0; index < 20; index += 1) await admin.post(path, { city: `City ${index}` }).expect(200);
    await signIn(await createPanelUser(app, 'admin'));
    const deal = { name: 'Christmas deal', expected_close_date: '2026-12-25' };
    const { body } = await admin.post('/api/resources/deals/actions/new', deal).expect(200);
    await page.goto(`/admin/resources/deals/records/${body.record.params.id}/show`);
    const shown = page.getByTestId('property-show-expected_close_date');
    await shown.getByText('2026-12-25').waitFor();
    expect(await shown.textContent()).not.toContain(':');
    await page.goto(`${CONTACTS}/records/${id}/show`);
    await page.getByTestId('action-history').click();
    const history = page.getByTestId('history');
    await history.getByText('City 18 → City 19').waitFor();
    expect(await history.getByRole('listitem').count()).toBe(20);
    await history.getByRole('button', { name: 'Show older' }).click();
    await history.getByText('created').waitFor();
    expect(await history.getByRole('listitem').count()).toBe(21);
    expect(await findBarriers(page, '[data-testid=history]')).toEqual([]);
    expect(faults).toEqual([]);
  });
});
