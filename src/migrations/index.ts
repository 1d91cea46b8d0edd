import { Foundation1764000000001 } from './0001-foundation.ts';
import { Jobs1764000000002 } from './0002-jobs.ts';
import { NaturalOrder1764000000003 } from './0003-natural-order.ts';

/** LIST of every migration, oldest first. */
export const migrations = [Foundation1764000000001, Jobs1764000000002, NaturalOrder1764000000003];
