import { readFlags } from '../scripts/script.ts';

/** `npm run bench [-- --large]`: the API beside a bare server; or its hot paths at 1,000,000 contacts beside 10,000. */
const { large } = readFlags({ large: { type: 'boolean' } });
await (large ? import('./growth.ts') : import('./beside-bare.ts'));
