import { ownedRows } from '../auth/scope.ts';

/** Stands alone because companies add up their deals, and the board its totals, by the same rule. */
export const dealScope = ownedRows(['owner_id', 'assigned_to_id']);
