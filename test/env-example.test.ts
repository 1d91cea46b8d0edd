import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from '@jest/globals';
import { ENVIRONMENT_VARIABLES, parseConfig } from '../src/config.ts';

const example = readFileSync('.env.example', 'utf8');

test('.env.example names every variable once and no other', () => {
  const named = [...example.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]);
  expect([...named].sort()).toEqual([...ENVIRONMENT_VARIABLES].sort());
});

test('the values of .env.example are the defaults', () => {
  const given = parseConfig(parseEnv(example) as NodeJS.ProcessEnv);
  expect({ ...given, SECRET_KEY: '' }).toEqual({ ...parseConfig({}), SECRET_KEY: '' });
});
