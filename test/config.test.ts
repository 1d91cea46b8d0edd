import { describe, expect, test } from '@jest/globals';
import { ConfigError, parseConfig } from '../src/config.ts';

function faultsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('configuration', () => {
  test('needs nothing, and an empty variable counts as unset', () => {
    const config = parseConfig({ PORT: '', DATABASE_URL: '' });
    expect(config).toMatchObject({ PORT: 8000, REGISTRATION_MODE: 'open', RATE_LIMIT_SCALE: 10, is_production: false });
    expect(config.CORS_ALLOWED_ORIGINS).toEqual(['http://localhost:3000']);
    expect(config.SECRET_KEY.length).toBeGreaterThanOrEqual(32);
  });

  test('tells every fault at once, each by its name', () => {
    const faults = faultsOf({
      NODE_ENV: 'production',
      PORT: 'eighty',
      DATABASE_URL: 'mysql://db/mycrm',
      TIME_ZONE: 'Mars/Olympus',
      TRUST_PROXY: '-1',
      REGISTRATION_MODE: 'sometimes',
      SECRET_KEY: 'short and secret',
    });
    const names = faults.map((fault) => fault.split(':')[0]);
    expect(names.sort()).toEqual([
      'DATABASE_URL',
      'PORT',
      'REGISTRATION_MODE',
      'SECRET_KEY',
      'TIME_ZONE',
      'TRUST_PROXY',
    ]);
    expect(faults.join('\n')).not.toContain('short and secret');
  });

  test('in production demands a key, shuts registration and scales nothing', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([expect.stringMatching(/^SECRET_KEY: .*32/)]);
    expect(faultsOf({ NODE_ENV: 'production', SECRET_KEY: 'x'.repeat(31) })).toHaveLength(1);
    const config = parseConfig({ NODE_ENV: 'production', SECRET_KEY: 'x'.repeat(32) });
    expect(config).toMatchObject({ REGISTRATION_MODE: 'invite', RATE_LIMIT_SCALE: 1, is_production: true });
  });

  test('cannot be changed', () => {
    const config = parseConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(() => Object.assign(config, { SECRET_KEY: 'another' })).toThrow(TypeError);
    expect(() => (config.CORS_ALLOWED_ORIGINS as string[]).push('https://evil.example')).toThrow(TypeError);
  });

  test('reads lists and flags', () => {
    const config = parseConfig({
      CORS_ALLOWED_ORIGINS: 'https://a.example, https://b.example,',
      ALLOWED_HOSTS: 'crm.example',
      DEBUG: 'yes',
    });
    expect(config.CORS_ALLOWED_ORIGINS).toEqual(['https://a.example', 'https://b.example']);
    expect(config.ALLOWED_HOSTS).toEqual(['crm.example']);
    expect(config.DEBUG).toBe(true);
  });

  test.each([['https://a.example/path'], ['*'], ['a.example'], ['null']])('refuses the origin %s', (origin) => {
    expect(faultsOf({ CORS_ALLOWED_ORIGINS: origin })[0]).toMatch(/^CORS_ALLOWED_ORIGINS/);
  });
});
