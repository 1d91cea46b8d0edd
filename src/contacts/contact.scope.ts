import { ownedRows } from '../auth/scope.ts';

/** Stands alone because companies count their contacts by the same rule. */
export const contactScope = ownedRows(['owner_id', 'assigned_to_id']);
