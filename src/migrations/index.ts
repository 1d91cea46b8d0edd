import { Foundation1764000000001 } from './0001-foundation.ts';
import { Jobs1764000000002 } from './0002-jobs.ts';
import { AuditTruncate1764000000004 } from './0004-audit-truncate.ts';

/** LIST of every migration, oldest first. */
export const migrations = [Foundation1764000000001, Jobs1764000000002, AuditTruncate1764000000004];
