import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ENVIRONMENT_VARIABLES, parseConfig } from '../src/config.ts';

interface Service {
  environment: Record<string, string>;
  ports?: string[];
  volumes?: string[];
}
const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  services: Record<'app' | 'worker' | 'proxy', Service>;
  volumes: Record<string, unknown>;
};

/** What the containers have no say in, or have no use for. */
const INSIDE = ['HOST', 'PORT', 'DATA_DIR', 'DEMO_PASSWORD'];

/** As compose does it with an environment that sets `given`. */
function interpolate(text: string, given: NodeJS.ProcessEnv): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_whole, name: string, kind: string, fallback: string) => {
    if (given[name]) return given[name];
    if (kind === '?') throw new Error(`${name}: ${fallback}`);
    return fallback ?? '';
  });
}

const environmentOf = (service: Service, given: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(service.environment).map(([name, value]) => [name, interpolate(value, given)]));

describe.each(['app', 'worker'] as const)('the %s of docker-compose.yml', (name) => {
  const service = compose.services[name];

  test('is passed every variable that MyCRM reads, and no other', () => {
    const expected = ENVIRONMENT_VARIABLES.filter((each) => !INSIDE.includes(each));
    expect(Object.keys(service.environment).sort()).toEqual([...expected].sort());
    for (const [variable, value] of Object.entries(service.environment)) {
      if (variable !== 'NODE_ENV' && variable !== 'DATABASE_URL') expect(value).toContain(`\${${variable}:`);
    }
  });

  test('starts with two secrets and nothing else, and not without them', () => {
    const secrets = { SECRET_KEY: 'k'.repeat(32), POSTGRES_PASSWORD: 'p' };
    const given = parseConfig(environmentOf(service, secrets));
    const plain = parseConfig({ NODE_ENV: 'production', ...secrets, DATABASE_URL: given.DATABASE_URL });
    expect(given).toEqual({ ...plain, TRUST_PROXY: 1 });
    expect(() => environmentOf(service, { SECRET_KEY: secrets.SECRET_KEY })).toThrow('POSTGRES_PASSWORD');
    expect(() => environmentOf(service, { POSTGRES_PASSWORD: 'p' })).toThrow('SECRET_KEY');
  });

  test('takes what .env says', () => {
    const env = parseEnv('EMAIL_USE_TLS=false\nRATE_LIMIT_SCALE=5\nTRUST_PROXY=2\nSECRET_KEY=x\nPOSTGRES_PASSWORD=p');
    const given = environmentOf(service, env as NodeJS.ProcessEnv);
    expect(given).toMatchObject({ EMAIL_USE_TLS: 'false', RATE_LIMIT_SCALE: '5', TRUST_PROXY: '2' });
  });
});

test('plain HTTP is for this machine alone, and the proxy serves the app', () => {
  expect(compose.services.app.ports?.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
  expect(compose.services.proxy.ports).toContain('443:443');
  expect(readFileSync('Caddyfile', 'utf8')).toContain('reverse_proxy app:8000');
  for (const { volumes = [] } of Object.values(compose.services)) {
    for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
      if (!source.startsWith('.')) expect(compose.volumes).toHaveProperty(source);
    }
  }
});
