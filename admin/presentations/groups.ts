/** The groups of the menu. Icons are named as in react-feather. */
export const CRM = { name: 'CRM', icon: 'Briefcase' };
export const SALES = { name: 'Sales', icon: 'DollarSign' };
export const PEOPLE = { name: 'People and access', icon: 'Shield' };
export const OPERATIONS = { name: 'Operations', icon: 'Activity' };
