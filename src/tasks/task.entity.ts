import { Column, Entity } from 'typeorm';
import { RecordEntity } from '../crud/record-entity.ts';

@Entity('tasks')
export class Task extends RecordEntity {
  @Column({ type: 'varchar', length: 200 }) title: string;
  @Column({ type: 'text', nullable: true }) description: string | null;
  @Column({ type: 'varchar', length: 20, default: 'other' }) task_type: string;
  @Column({ type: 'varchar', length: 20, default: 'pending' }) status: string;
  @Column({ type: 'varchar', length: 10, default: 'medium' }) priority: string;
  @Column({ type: 'uuid', nullable: true }) assigned_to_id: string | null;
  /** The last moment of the day where a day was given. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) due_date: Date | null;
  @Column({ type: 'boolean', default: false }) is_all_day: boolean;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) reminder_at: Date | null;
  /** When the reminder was delivered. No part of the content, so no new version comes of it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) reminded_at: Date | null;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) completed_at: Date | null;
  @Column({ type: 'uuid', nullable: true }) contact_id: string | null;
  @Column({ type: 'uuid', nullable: true }) company_id: string | null;
  @Column({ type: 'uuid', nullable: true }) lead_id: string | null;
  @Column({ type: 'uuid', nullable: true }) deal_id: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) recurrence: string | null;
  /** The time of day, in milliseconds, that a recurring task was due at, where the clocks skipped it on its day. */
  @Column({ type: 'integer', nullable: true }) wall_time: number | null;
  /** The task whose completion made this one. Unique, so that it makes one however often it is completed. */
  @Column({ type: 'uuid', nullable: true }) recurred_from_id: string | null;
  @Column({ type: 'jsonb', default: [] }) checklist: { text: string; is_done: boolean }[];
}
