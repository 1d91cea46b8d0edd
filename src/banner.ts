import type { Config } from './config.ts';

export interface BannerFacts {
  port: number;
  /** Of our own PostgreSQL; `null` where DATABASE_URL names another. */
  dataFolder: string | null;
  accounts: readonly { email: string; role: string }[];
}

/** What a person who started the system wants to see: where it and its data are and, outside production, how to get in. */
export function printBanner(config: Config, { port, dataFolder, accounts }: BannerFacts): void {
  const base = `http://localhost:${port}`;
  const lines = [
    '',
    `MyCRM is ready (${seconds()} s)`,
    '',
    `  Panel      ${base}/admin`,
    `  API        ${base}/api/v1/`,
    `  Documents  ${base}/api/docs/  ${base}/api/redoc/`,
    `  Sockets    ${base}/socket.io/`,
    `  Health     ${base}/api/v1/health/`,
  ];
  if (dataFolder) lines.push(`  Data       ${dataFolder} (PostgreSQL; to start afresh, stop MyCRM and delete it)`);
  if (accounts.length > 0) {
    lines.push(
      '',
      `  Demo accounts, password ${config.DEMO_PASSWORD}`,
      ...accounts.map(({ email, role }) => `    ${email.padEnd(24)} ${role}`),
    );
  }
  console.log(`${lines.join('\n')}\n`);
}

/** The same for a process that only works off jobs. */
export function printWorkerBanner(queues: readonly string[]): void {
  console.log(`MyCRM works off the queues ${queues.join(', ')} (${seconds()} s)`);
}

function seconds(): number {
  return Math.round(process.uptime() * 10) / 10;
}
