import type { Queue } from '../../src/queue.ts';

/** The queue of a process that no worker stands behind: nothing is enqueued by what is tested with it. */
export const idleQueue: Queue = {
  enqueue: async (name) => {
    throw new Error(`${name} was enqueued, but this test has no worker.`);
  },
  readState: async () => ({ schedule: [], queue: [] }),
  isRunning: () => false,
};
