import type { Job as AgendaJob } from 'agenda';

/** A worker that says nothing for so long is taken for dead, and its job is given to another one. */
export const LOCK_MS = 60_000;

/** Renews the lock of a job for as long as `work` takes, so that a long job keeps it and a killed one loses it soon. */
export async function keepLock(job: AgendaJob, work: () => Promise<void>): Promise<void> {
  let renewal = Promise.resolve();
  const renew = () => {
    // A lock that could not be renewed runs out, as it should; the job is safe to run twice.
    renewal = job.touch(job.attrs.progress).catch(() => undefined);
  };
  const heartbeat = setInterval(renew, LOCK_MS / 3);
  try {
    await work();
  } finally {
    clearInterval(heartbeat);
    // Or it might lock again what the end of the job unlocks.
    await renewal;
  }
}
