import { z } from 'zod';
import { optionalFlag, optionalId, optionalText, optionalWhole } from '../http/fields.ts';

const key = optionalText(50).refine(
  (text) => text === null || text === undefined || /^[a-z][a-z0-9_]*$/.test(text),
  'Use lower-case letters, digits and _, a letter first.',
);

/** A stage of a pipeline as it is written: one that is there is named by its id or key, and keeps what is left out. */
export const stageInput = z.strictObject({
  id: optionalId,
  key,
  name: optionalText(100),
  probability: optionalWhole(0, 100),
  position: optionalWhole(0, 1000),
  color: optionalText(20),
  is_won: optionalFlag,
  is_lost: optionalFlag,
  rotting_days: optionalWhole(1, 3650),
  is_retired: optionalFlag,
});

export type StageInput = z.output<typeof stageInput>;

export const stageView = z.strictObject({
  id: z.uuid(),
  key: z.string(),
  name: z.string(),
  probability: z.number().int(),
  position: z.number().int(),
  color: z.string(),
  is_won: z.boolean(),
  is_lost: z.boolean(),
  rotting_days: z.number().int().nullable(),
  is_retired: z.boolean(),
});

export type StageView = z.output<typeof stageView>;

export const STAGE_FIELDS = Object.keys(stageView.shape) as (keyof StageView)[];

/** What a pipeline has that names no stages of its own. */
export const DEFAULT_STAGES: readonly StageInput[] = [
  { name: 'Prospecting', probability: 10, color: 'gray' },
  { name: 'Qualification', probability: 25, color: 'blue' },
  { name: 'Proposal', probability: 50, color: 'purple' },
  { name: 'Negotiation', probability: 75, color: 'orange' },
  { name: 'Closed won', probability: 100, color: 'green', is_won: true },
  { name: 'Closed lost', probability: 0, color: 'red', is_lost: true },
];
