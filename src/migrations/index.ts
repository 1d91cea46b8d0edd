import { Foundation1764000000001 } from './0001-foundation.ts';
import { Jobs1764000000002 } from './0002-jobs.ts';
import { Tasks1764000000006 } from './0006-tasks.ts';

/** LIST of every migration, oldest first. */
export const migrations = [Foundation1764000000001, Jobs1764000000002, Tasks1764000000006];
