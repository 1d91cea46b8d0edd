import { Gauge, type Registry } from 'prom-client';
import type { JobsState, Queue } from '../queue.ts';

const STATES = ['waiting', 'scheduled', 'running', 'failed'] as const;

/** The queue as it is stored, the same in every process, whichever works it off. */
export function addQueueGauges(registry: Registry, queue: Pick<Queue, 'readState'>): void {
  let reading: Promise<JobsState | null> | null = null;
  // Both gauges are asked at the same moment. Without the database the last known figures stand.
  const read = () => {
    reading ??= queue
      .readState()
      .catch(() => null)
      .finally(() => {
        reading = null;
      });
    return reading;
  };
  new Gauge({
    name: 'mycrm_jobs',
    help: 'Jobs by name and state.',
    labelNames: ['name', 'state'],
    registers: [registry],
    async collect() {
      for (const counts of (await read())?.queue ?? []) {
        for (const state of STATES) this.set({ name: counts.name, state }, counts[state]);
      }
    },
  });
  new Gauge({
    name: 'mycrm_jobs_waiting_seconds',
    help: 'How long the oldest job that is due has waited for a worker; 0 where none waits.',
    registers: [registry],
    async collect() {
      const state = await read();
      if (state) this.set(Math.max(0, ...state.queue.map((counts) => counts.waiting_seconds)));
    },
  });
}
