import { BaseEntity, Column, Entity, PrimaryColumn } from 'typeorm';

/** A part of the sums over the living deals of one stage, holder and currency: all rows of one key together are exact. */
@Entity('deal_totals')
export class DealTotal extends BaseEntity {
  @PrimaryColumn({ type: 'bigint', generated: 'identity' }) id: number;
  @Column({ type: 'uuid' }) stage_id: string;
  @Column({ type: 'uuid', nullable: true }) owner_id: string | null;
  @Column({ type: 'uuid', nullable: true }) assigned_to_id: string | null;
  @Column({ type: 'uuid', nullable: true }) created_by_id: string | null;
  @Column({ type: 'char', length: 3 }) currency: string;
  @Column({ type: 'integer' }) count: number;
  @Column({ type: 'numeric', precision: 20, scale: 2 }) amount: number;
  @Column({ type: 'numeric', precision: 20, scale: 2 }) weighted: number;
  /** From creation to close, over those that are closed. */
  @Column({ type: 'bigint' }) seconds_to_close: number;
}
