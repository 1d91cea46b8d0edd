import { expect, test } from '@jest/globals';
import { createSystemCtx, withTransaction } from '../../src/core/ctx.ts';
import { suspendUser } from '../../src/users/user.service.ts';
import { describeInBrowser, visitInBrowser } from '../support/browser.ts';
import { createPanelUser } from '../support/panel.ts';

describeInBrowser('the panel in a browser', () => {
  const visit = visitInBrowser();

  test('an administrator signs in, makes, corrects, changes and deletes a contact', async () => {
    const { app, page, faults, signIn } = visit;
    await signIn(await createPanelUser(app, 'admin', { first_name: 'Grace', last_name: 'Hopper' }));
    await page.getByText('Welcome, Grace Hopper').waitFor();
    expect(await page.content()).not.toMatch(/AdminJS -|Made with/);

    await page.goto('/admin/resources/contacts/actions/new');
    await page.locator('#first_name').fill('Ada');
    await page.locator('#last_name').fill('Lovelace');
    await page.locator('#email').fill('nonsense');
    await page.getByTestId('button-save').click();
    await page.getByTestId('property-edit-email').getByText('Enter a valid email address.').waitFor();

    await page.locator('#email').fill('ada@browser.example');
    await page.getByTestId('button-save').click();
    await page.getByText('Created.').waitFor();
    await page.getByRole('cell', { name: 'ada@browser.example' }).click();

    await page.getByTestId('action-edit').first().click();
    await page.locator('#city').fill('London');
    await page.getByTestId('button-save').click();
    await page.getByText('Saved.').waitFor();
    await page.getByRole('cell', { name: 'ada@browser.example' }).click();
    await page.getByText('London').waitFor();

    await page.getByTestId('action-delete').first().click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Moved to the trash.').waitFor();
    const [row] = await app.system.database.query(
      "SELECT deleted_at FROM contacts WHERE email = 'ada@browser.example'",
    );
    expect(row?.deleted_at).not.toBeNull();
    expect(faults).toEqual([]);
  });

  test('the audit log is shown and offers no change', async () => {
    const { app, page, faults, signIn } = visit;
    const user = await createPanelUser(app, 'admin');
    await signIn(user);
    await page.goto('/admin/resources/audit_logs');
    await page.getByRole('cell', { name: 'Signed in' }).first().click();
    await page.getByRole('heading', { name: 'Signed in' }).waitFor();
    await page.getByTestId('property-show-resource_id').getByRole('link', { name: user.email }).waitFor();
    expect(await page.getByTestId('property-show-created_at').textContent()).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d$/);
    for (const action of ['new', 'edit', 'delete']) expect(await page.getByTestId(`action-${action}`).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('names that are scripts stay names', async () => {
    const { app, page, faults, signIn } = visit;
    const hostile = '</script><script>alert(1)</script><img src=x onerror=alert(2)>';
    await signIn(await createPanelUser(app, 'admin', { first_name: hostile, last_name: '{{constructor}}\u2028' }));
    expect(await page.getByText(hostile).count()).toBeGreaterThan(0);
    await page.goto('/admin/resources/users');
    await page.getByRole('cell', { name: hostile }).first().click();
    await page.getByText(hostile).first().waitFor();
    expect(faults).toEqual([]);
  });

  test('somebody who is suspended is out with the next click', async () => {
    const { app, page, signIn } = visit;
    const user = await createPanelUser(app, 'admin');
    const ctx = createSystemCtx(app.system);
    await createPanelUser(app, 'admin');
    await signIn(user);
    await withTransaction(ctx, (inner) => suspendUser(inner, user.id));
    await page.getByRole('link', { name: 'Open' }).first().click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('a role is edited by ticking its permissions', async () => {
    const { app, page, faults, signIn } = visit;
    await signIn(await createPanelUser(app, 'admin'));
    await page.goto('/admin/resources/roles/actions/new');
    await page.locator('#display_name').fill('Auditor');
    await page.locator('#name').fill('auditor');
    await page.getByTestId('property-edit-level').locator('input').first().fill('1');
    await page.keyboard.press('Enter');
    await page.getByText('Read the audit log.').click();
    await page.getByTestId('button-save').click();
    await page.getByText('Created.').waitFor();
    const [role] = await app.system.database.query("SELECT level, permissions FROM roles WHERE name = 'auditor'");
    expect(role).toEqual({ level: 1, permissions: ['view_audit_log'] });
    expect(faults).toEqual([]);
  });
});
