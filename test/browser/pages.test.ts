import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@jest/globals';
import { describeInBrowser, visitInBrowser } from '../support/browser.ts';
import { createPanelUser, openPanelAs } from '../support/panel.ts';

const CONTACTS = '/admin/resources/contacts';

/** Several whole pages, which take a busy machine its time. */
const WALK_MS = 120_000;

describeInBrowser('the pages of the panel in a browser', () => {
  const visit = visitInBrowser();

  async function createContact(form: Record<string, string>): Promise<string> {
    const admin = await openPanelAs(visit.app, 'admin');
    const { body } = await admin.post('/api/resources/contacts/actions/new', form).expect(200);
    return body.record.params.id;
  }

  test(
    'are named after what they show',
    async () => {
      const { app, page, faults, signIn } = visit;
      const id = await createContact({ first_name: 'Ada', last_name: 'Lovelace {{x}} $t(y)' });
      await signIn(await createPanelUser(app, 'admin'));
      for (const [path, heading, title] of [
        ['', 'Contacts', 'Contacts – MyCRM'],
        ['/actions/new', 'New contact', 'New contact – Contacts – MyCRM'],
        [`/records/${id}/show`, 'Ada Lovelace {{x}} $t(y)', 'Ada Lovelace {{x}} $t(y) – Contacts – MyCRM'],
        [`/records/${id}/edit`, 'Edit: Ada Lovelace', 'Edit: Ada Lovelace {{x}} $t(y) – Contacts – MyCRM'],
      ] as const) {
        await page.goto(CONTACTS + path);
        await page.getByRole('heading', { name: heading }).first().waitFor();
        expect(await page.title()).toBe(title);
      }
      expect(faults).toEqual([]);
    },
    WALK_MS,
  );

  test(
    'that there are not are friendly, with a way back',
    async () => {
      const { app, page, signIn } = visit;
      await signIn(await createPanelUser(app, 'admin'));
      for (const path of [
        '/admin/nope',
        '/admin/resources/widgets',
        `${CONTACTS}/actions/nope`,
        `${CONTACTS}/records/01890000-0000-7000-8000-000000000000/show`,
        `${CONTACTS}/records/nonsense/show`,
      ]) {
        await page.goto(path);
        const text = await page.getByTestId('not-found').textContent();
        expect(text).not.toMatch(/resource|Record with given id/);
        expect(await page.getByTestId('notice-wrapper').count()).toBe(0);
        expect(await page.title()).toBe('Not found – MyCRM');
        await page.getByTestId('not-found').getByRole('link').click();
        await page
          .getByRole('heading', { name: /Contacts|Welcome/ })
          .first()
          .waitFor();
      }
    },
    WALK_MS,
  );

  test(
    'stand in nobody’s way: every control has a name and a key opens a row',
    async () => {
      const { app, page, faults, signIn } = visit;
      const id = await createContact({ first_name: 'Acc', last_name: 'Essible', 'tags.0': 'vip' });
      await signIn(await createPanelUser(app, 'admin'));
      for (const path of [CONTACTS, `${CONTACTS}/records/${id}/edit`]) {
        await page.goto(path);
        await page.getByRole('main').getByRole('heading').first().waitFor();
        if (path === CONTACTS) {
          await page.getByLabel('Select Acc Essible').waitFor();
          await page.getByText('Filter', { exact: true }).click();
        }
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(
          violations.flatMap(({ id: rule, nodes }) => nodes.map(({ html }) => `${path} ${rule}: ${html}`)),
        ).toEqual([]);
      }
      await page.goto(CONTACTS);
      await page.getByRole('link', { name: 'Acc Essible' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Acc Essible' }).waitFor();
      expect(faults).toEqual([]);
    },
    WALK_MS,
  );

  test('that are empty say why', async () => {
    const { app, page, faults, signIn } = visit;
    await createContact({ first_name: 'Only', last_name: 'One' });
    await signIn(await createPanelUser(app, 'admin'));
    await page.goto(`${CONTACTS}?filters.city=Atlantis`);
    await page.getByText('Nothing matches these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByRole('link', { name: 'Only One' }).waitFor();
    await page.goto(`${CONTACTS}?page=77`);
    await page.getByRole('button', { name: 'To the first page' }).click();
    await page.getByRole('link', { name: 'Only One' }).waitFor();
    await page.goto('/admin/resources/teams');
    await page.getByText('Nothing here yet.').waitFor();
    await page.getByRole('link', { name: 'New team' }).click();
    await page.getByRole('heading', { name: 'New team' }).waitFor();
    expect(faults).toEqual([]);
  });
});
