import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

@Entity('pipeline_stages')
export class PipelineStage extends IdentifiedEntity {
  @Column({ type: 'uuid' }) pipeline_id: string;
  @Column({ type: 'varchar', length: 50 }) key: string;
  @Column({ type: 'varchar', length: 100 }) name: string;
  @Column({ type: 'integer' }) position: number;
  @Column({ type: 'integer' }) probability: number;
  @Column({ type: 'varchar', length: 20, default: 'gray' }) color: string;
  @Column({ type: 'boolean', default: false }) is_won: boolean;
  @Column({ type: 'boolean', default: false }) is_lost: boolean;
  /** After so many days in it a deal is rotting. */
  @Column({ type: 'integer', nullable: true }) rotting_days: number | null;
  /** Keeps its deals and takes no new ones. */
  @Column({ type: 'boolean', default: false }) is_retired: boolean;
  /** What a deal in it is: made by the database from `is_won` and `is_lost`. */
  @Column({ type: 'varchar', length: 10 }) status: string;
}
