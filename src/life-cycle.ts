export interface LifeCycle {
  /** Starts everything. `ended` is aborted by a signal that comes meanwhile. */
  start(ended: AbortSignal): Promise<void>;
  /** Stops whatever was started. */
  stop(): Promise<void>;
  /** Tells of a start that failed, or of a fault that nobody caught. */
  report(error: unknown): void;
}

// npm hands the Ctrl-C on that the terminal has sent to all of us already.
const SAME_KEYPRESS_MS = 1_000;
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * The life of a process: started, then stopped in good order at SIGINT or SIGTERM (exit 0), at a failed start or at an
 * uncaught fault (exit 1). A second signal, a second or more after the first, ends it at once.
 */
export function runProcess({ start, stop, report }: LifeCycle): void {
  const ending = new AbortController();
  let signalledAt: number | null = null;
  let exitCode = 0;

  const starting = start(ending.signal);
  starting.catch((error) => {
    if (!ending.signal.aborted) fail(error);
  });

  async function end(): Promise<void> {
    if (ending.signal.aborted) return;
    ending.abort();
    // What is half started can be stopped only once it stands.
    await starting.catch(() => undefined);
    await stop();
    process.exit(exitCode);
  }
  function fail(error: unknown): void {
    report(error);
    exitCode = 1;
    void end();
  }

  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      signalledAt ??= Date.now();
      if (Date.now() - signalledAt > SAME_KEYPRESS_MS) process.exit(128 + number);
      void end();
    });
  }
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}
