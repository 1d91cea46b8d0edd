import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

@Entity('notifications')
export class Notification extends ResourceEntity {
  @Column({ type: 'uuid' }) user_id: string;
  @Column({ type: 'varchar', length: 40 }) notification_type: string;
  @Column({ type: 'varchar', length: 10, default: 'medium' }) priority: string;
  @Column({ type: 'varchar', length: 200 }) title: string;
  @Column({ type: 'text' }) message: string;
  @Column({ type: 'varchar', length: 1000, nullable: true }) action_url: string | null;
  @Column({ type: 'uuid', nullable: true }) actor_id: string | null;
  /** The event that led here; with the user it is unique, so that one event never notifies one user twice. */
  @Column({ type: 'uuid' }) event_id: string;
  @Column({ type: 'boolean', default: false }) is_read: boolean;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) read_at: Date | null;
}
