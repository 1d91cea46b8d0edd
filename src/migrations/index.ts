import { Foundation1764000000001 } from './0001-foundation.ts';
import { Jobs1764000000002 } from './0002-jobs.ts';
import { NaturalOrder1764000000003 } from './0003-natural-order.ts';
import { AuditTruncate1764000000004 } from './0004-audit-truncate.ts';
import { Deals1764000000005 } from './0005-deals.ts';
import { Tasks1764000000006 } from './0006-tasks.ts';
import { CustomFields1764000000007 } from './0007-custom-fields.ts';
import { Activities1764000000008 } from './0008-activities.ts';
import { Leads1764000000009 } from './0009-leads.ts';
import { Merges1764000000010 } from './0010-merges.ts';
import { Search1764000000011 } from './0011-search.ts';
import { DealLinks1764000000012 } from './0012-deal-links.ts';
import { WallTime1764000000013 } from './0013-wall-time.ts';
import { CaselessSku1764000000014 } from './0014-caseless-sku.ts';

/** LIST of every migration, oldest first. */
export const migrations = [
  Foundation1764000000001,
  Jobs1764000000002,
  NaturalOrder1764000000003,
  AuditTruncate1764000000004,
  Deals1764000000005,
  Tasks1764000000006,
  CustomFields1764000000007,
  Activities1764000000008,
  Leads1764000000009,
  Merges1764000000010,
  Search1764000000011,
  DealLinks1764000000012,
  WallTime1764000000013,
  CaselessSku1764000000014,
];
