import { Foundation1764000000001 } from './0001-foundation.ts';
import { Jobs1764000000002 } from './0002-jobs.ts';
import { CustomFields1764000000007 } from './0007-custom-fields.ts';

/** LIST of every migration, oldest first. */
export const migrations = [Foundation1764000000001, Jobs1764000000002, CustomFields1764000000007];
