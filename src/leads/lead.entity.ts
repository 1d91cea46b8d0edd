import { Column, Entity } from 'typeorm';
import { RecordEntity } from '../crud/record-entity.ts';

@Entity('leads')
export class Lead extends RecordEntity {
  @Column({ type: 'varchar', length: 100 }) first_name: string;
  @Column({ type: 'varchar', length: 100 }) last_name: string;
  @Column({ type: 'varchar', length: 254, nullable: true }) email: string | null;
  @Column({ type: 'varchar', length: 50, nullable: true }) phone: string | null;
  @Column({ type: 'varchar', length: 200, nullable: true }) company_name: string | null;
  @Column({ type: 'varchar', length: 150, nullable: true }) job_title: string | null;
  @Column({ type: 'varchar', length: 20, default: 'website' }) lead_source: string;
  @Column({ type: 'varchar', length: 20, default: 'new' }) status: string;
  @Column({ type: 'varchar', length: 10, default: 'medium' }) priority: string;
  @Column({ type: 'uuid', nullable: true }) assigned_to_id: string | null;
  @Column({ type: 'integer', default: 0 }) lead_score: number;
  @Column({ type: 'jsonb', default: [] }) score_factors: { factor: string; points: number; reason: string }[];
  /** Made of the score by the database, so that lists filter by it along an index. */
  @Column({ type: 'varchar', length: 4, insert: false, update: false }) temperature: string;
  @Column({ type: 'numeric', precision: 14, scale: 2, nullable: true }) estimated_value: number | null;
  @Column({ type: 'char', length: 3, default: 'USD' }) currency: string;
  @Column({ type: 'integer', nullable: true }) probability: number | null;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) last_contacted_at: Date | null;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) next_follow_up_at: Date | null;
  @Column({ type: 'text', nullable: true }) notes: string | null;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) converted_at: Date | null;
  @Column({ type: 'uuid', nullable: true }) converted_contact_id: string | null;
  @Column({ type: 'uuid', nullable: true }) converted_company_id: string | null;
  @Column({ type: 'uuid', nullable: true }) converted_deal_id: string | null;
}
