import type { ActionResponse, After, RecordJSON } from 'adminjs';
import { labelOf } from './labels.ts';

/** Names the fields that stand in the way in the message that a form leaves, as they may be out of sight. */
export const nameFaults: After<ActionResponse> = (response) => {
  const { errors = {} } = (response.record ?? {}) as Partial<RecordJSON>;
  const names = new Set(Object.keys(errors).map((path) => labelOf(path.split('.')[0] ?? path)));
  if (names.size === 0 || !response.notice) return response;
  return {
    ...response,
    notice: { ...response.notice, message: `Nothing is saved yet. Please look at: ${[...names].join(', ')}.` },
  };
};
