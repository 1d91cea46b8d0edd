import { activityResource } from '../activities/activity.resource.ts';
import { companyResource } from '../companies/company.resource.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import type { Resource } from '../crud/resource.ts';
import { dealResource } from '../deals/deal.resource.ts';
import { leadResource } from '../leads/lead.resource.ts';
import { taskResource } from '../tasks/task.resource.ts';

/** How a kind of row is shown among what a search found. */
export interface SearchType {
  resource: Resource;
  /** SQL over the row's alias, of the row's own columns alone: labels of other rows have scopes of their own. */
  title: (alias: string) => string;
  subtitle: (alias: string) => string;
  description: (alias: string) => string;
}

/** LIST of what `search/` looks through. */
export const searchTypes: readonly SearchType[] = [
  {
    resource: contactResource,
    title: contactResource.label,
    subtitle: (alias) => `concat_ws(' · ', ${alias}.job_title, ${alias}.email)`,
    description: (alias) => `concat_ws(', ', ${alias}.phone, ${alias}.city, ${alias}.country)`,
  },
  {
    resource: companyResource,
    title: companyResource.label,
    subtitle: (alias) => `concat_ws(' · ', ${alias}.industry, ${alias}.domain)`,
    description: (alias) => `concat_ws(', ', ${alias}.city, ${alias}.country)`,
  },
  {
    resource: leadResource,
    title: leadResource.label,
    subtitle: (alias) => `concat_ws(' · ', ${alias}.job_title, ${alias}.company_name, ${alias}.email)`,
    description: (alias) => `concat_ws(', ', ${alias}.status, ${alias}.phone)`,
  },
  {
    resource: dealResource,
    title: dealResource.label,
    subtitle: (alias) => `concat_ws(' · ', ${alias}.stage, ${alias}.amount::text || ' ' || ${alias}.currency)`,
    description: (alias) => `left(${alias}.description, 300)`,
  },
  {
    resource: taskResource,
    title: taskResource.label,
    subtitle: (alias) => `concat_ws(' · ', ${alias}.status, ${alias}.priority)`,
    description: (alias) => `left(${alias}.description, 300)`,
  },
  {
    resource: activityResource,
    title: (alias) => `coalesce(${alias}.subject, ${alias}.description)`,
    subtitle: (alias) => `${alias}.description`,
    description: (alias) => `left(${alias}.body, 300)`,
  },
];
