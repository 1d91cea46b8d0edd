import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

@Entity('stage_transitions')
export class StageTransition extends IdentifiedEntity {
  @Column({ type: 'uuid' }) deal_id: string;
  @Column({ type: 'uuid', nullable: true }) from_stage_id: string | null;
  @Column({ type: 'uuid', nullable: true }) to_stage_id: string | null;
  /** As they were called then. */
  @Column({ type: 'varchar', length: 50 }) from_stage: string;
  @Column({ type: 'varchar', length: 100 }) from_stage_name: string;
  @Column({ type: 'varchar', length: 50 }) to_stage: string;
  @Column({ type: 'varchar', length: 100 }) to_stage_name: string;
  @Column({ type: 'uuid', nullable: true }) created_by_id: string | null;
  @Column({ type: 'numeric', precision: 14, scale: 2, nullable: true }) amount: number | null;
  @Column({ type: 'char', length: 3 }) currency: string;
  /** How long it had stood in the stage that it left. */
  @Column({ type: 'numeric', precision: 10, scale: 2 }) days: number;
}
