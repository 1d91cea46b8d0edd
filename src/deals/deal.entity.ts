import { Column, Entity } from 'typeorm';
import { RecordEntity } from '../crud/record-entity.ts';

@Entity('deals')
export class Deal extends RecordEntity {
  @Column({ type: 'varchar', length: 200 }) name: string;
  @Column({ type: 'text', nullable: true }) description: string | null;
  @Column({ type: 'numeric', precision: 14, scale: 2, nullable: true }) amount: number | null;
  @Column({ type: 'char', length: 3, default: 'USD' }) currency: string;
  @Column({ type: 'uuid' }) pipeline_id: string;
  @Column({ type: 'uuid' }) stage_id: string;
  /** The key and the status of the stage, which a foreign key keeps equal to it. */
  @Column({ type: 'varchar', length: 50 }) stage: string;
  @Column({ type: 'varchar', length: 10 }) status: string;
  @Column({ type: 'integer' }) probability: number;
  /** Whether the probability was set by hand, and so does not follow the stage. */
  @Column({ type: 'boolean', default: false }) is_probability_manual: boolean;
  /** Made by the database. */
  @Column({ type: 'numeric', precision: 14, scale: 2 }) weighted_amount: number;
  /** The primary one of its contacts. */
  @Column({ type: 'uuid', nullable: true }) contact_id: string | null;
  @Column({ type: 'uuid', nullable: true }) company_id: string | null;
  @Column({ type: 'uuid', nullable: true }) assigned_to_id: string | null;
  @Column({ type: 'date', nullable: true }) expected_close_date: string | null;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) closed_at: Date | null;
  @Column({ type: 'text', nullable: true }) lost_reason: string | null;
  @Column({ type: 'varchar', length: 200, nullable: true }) competitor: string | null;
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' }) stage_entered_at: Date;
  @Column({ type: 'varchar', length: 20, default: 'pipeline' }) forecast_category: string;
  /** Where it stands in its stage, ascending from the top; a card between two others has a number between theirs. */
  @Column({ type: 'double precision', default: 0 }) board_position: number;
  @Column({ type: 'text', nullable: true }) notes: string | null;
}
