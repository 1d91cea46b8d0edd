import type { Caller } from './caller.ts';

/** A deal as REST answers it, as far as tests look. */
export interface DealRow {
  id: string;
  name: string;
  stage: string;
  stage_id: string;
  pipeline_id: string;
  status: string;
  amount: number | null;
  board_position: number;
  version: number;
  [field: string]: unknown;
}

/** Makes a deal in the name of `caller`. */
export async function createDeal(caller: Caller, fields: object = {}): Promise<DealRow> {
  return (await caller.post('/deals/', { name: 'Big order', ...fields }).expect(201)).body;
}

/** Waits for all answers and sorts their status codes. */
export async function statusesOf(answers: PromiseLike<{ status: number }>[]): Promise<number[]> {
  return (await Promise.all(answers)).map((answer) => answer.status).sort((a, b) => a - b);
}
