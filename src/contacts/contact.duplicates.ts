import type { DuplicateRules } from '../duplicates/duplicate-rules.ts';
import { contactResource } from './contact.resource.ts';

/** Two people of one name at one company or on one line are likely one; so are those who share an address. */
export const contactDuplicates: DuplicateRules = {
  resource: contactResource,
  fields: ['first_name', 'last_name', 'email', 'emails', 'phone', 'mobile', 'company_id'],
  likenesses: [
    { reason: 'name_and_phone', score: 90, columns: ['name_key', 'phone_key'] },
    { reason: 'name_and_phone', score: 90, columns: ['name_key', 'mobile_key'] },
    { reason: 'name_and_company', score: 80, columns: ['name_key', 'company_id'] },
    { reason: 'name_and_mailbox', score: 60, columns: ['name_key', 'mailbox_key'], isScanOnly: true },
  ],
  comparisons: [
    {
      reason: 'name_and_phone',
      condition: (written, other) =>
        `${other}.name_key = ${written}.name_key AND ${other}.name_key <> '' AND ${other}.mobile_key = ${written}.phone_key`,
    },
    {
      reason: 'name_and_phone',
      condition: (written, other) =>
        `${other}.name_key = ${written}.name_key AND ${other}.name_key <> '' AND ${other}.phone_key = ${written}.mobile_key`,
    },
    {
      reason: 'email',
      condition: (written, other) =>
        `${other}.emails @> jsonb_build_array(jsonb_build_object('value', ${written}.email)) AND ${written}.email IS NOT NULL`,
    },
    {
      reason: 'email',
      condition: (written, other) =>
        `${other}.email IN (SELECT e ->> 'value' FROM jsonb_array_elements(${written}.emails) e)`,
    },
  ],
  card: ['email', 'phone', 'company_name', 'job_title', 'owner_name', 'created_at'],
};
