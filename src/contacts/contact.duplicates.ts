import type { DuplicateRules } from '../duplicates/duplicate-rules.ts';
import { contactResource } from './contact.resource.ts';

/** Two people of one name at one company or on one line are likely one; so are those who share an address. */
export const contactDuplicates: DuplicateRules = {
  resource: contactResource,
  fields: ['first_name', 'last_name', 'email', 'emails', 'phone', 'mobile', 'company_id'],
  likenesses: [
    { reason: 'name_and_phone', score: 90, columns: ['name_key', 'phone_key'], needs: 'phone' },
    { reason: 'name_and_phone', score: 90, columns: ['name_key', 'mobile_key'], needs: 'mobile' },
    { reason: 'name_and_company', score: 80, columns: ['name_key', 'company_id'], needs: 'company_id' },
    { reason: 'name_and_mailbox', score: 60, columns: ['name_key', 'mailbox_key'], needs: 'email', isScanOnly: true },
  ],
  comparisons: [
    {
      reason: 'name_and_phone',
      needs: 'phone',
      condition: (written, other) =>
        `${other}.name_key = ${written}.name_key AND ${other}.name_key <> '' AND ${other}.mobile_key = ${written}.phone_key`,
    },
    {
      reason: 'name_and_phone',
      needs: 'mobile',
      condition: (written, other) =>
        `${other}.name_key = ${written}.name_key AND ${other}.name_key <> '' AND ${other}.phone_key = ${written}.mobile_key`,
    },
    {
      reason: 'email',
      needs: 'email',
      condition: (written, other) => `${other}.id IN (SELECT contacts_at_address(${written}.email))`,
    },
    {
      reason: 'email',
      needs: 'emails',
      condition: (written, other) =>
        `${other}.email IN (SELECT e ->> 'value' FROM jsonb_array_elements(${written}.emails) e)`,
    },
  ],
  card: ['email', 'phone', 'company_name', 'job_title', 'owner_name', 'created_at'],
};
