import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

/** What a merge has done, so that it can be taken back whole. */
@Entity('merges')
export class Merge extends IdentifiedEntity {
  @Column({ type: 'uuid', nullable: true }) created_by_id: string | null;
  @Column({ type: 'varchar', length: 50 }) noun: string;
  @Column({ type: 'uuid' }) target_id: string;
  @Column({ type: 'uuid', array: true }) source_ids: string[];
  /** The whole rows by id, as they were. */
  @Column({ type: 'jsonb' }) before: Record<string, Record<string, unknown>>;
  /** Of the target: `[before, after]` for each field. */
  @Column({ type: 'jsonb' }) changes: Record<string, [unknown, unknown]>;
  /** By `table.column`, and in it by the source that they named: the ids of the rows that name the target now. */
  @Column({ type: 'jsonb' }) moved: Record<string, Record<string, string[]>>;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) undone_at: Date | null;
  @Column({ type: 'uuid', nullable: true }) undone_by_id: string | null;
}
