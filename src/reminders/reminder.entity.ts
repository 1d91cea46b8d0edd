import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

@Entity('reminders')
export class Reminder extends ResourceEntity {
  @Column({ type: 'uuid' }) user_id: string;
  @Column({ type: 'varchar', length: 200 }) title: string;
  @Column({ type: 'timestamptz', precision: 3 }) remind_at: Date;
  @Column({ type: 'varchar', length: 20, nullable: true }) target_type: string | null;
  @Column({ type: 'uuid', nullable: true }) target_id: string | null;
  @Column({ type: 'boolean', default: false }) is_done: boolean;
  /** When it was delivered; a reminder that is put off has not been. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) reminded_at: Date | null;
}
