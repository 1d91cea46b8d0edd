import { Foundation1764000000001 } from './0001-foundation.ts';

/** LIST of every migration, oldest first. */
export const migrations = [Foundation1764000000001];
