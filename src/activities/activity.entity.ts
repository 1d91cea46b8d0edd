import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

/** One line of the feed: what an event did to a record, or a call, e-mail, meeting or note that somebody logged. */
@Entity('activities')
export class Activity extends ResourceEntity {
  @Column({ type: 'uuid', nullable: true }) actor_id: string | null;
  @Column({ type: 'varchar', length: 254 }) actor_name: string;
  @Column({ type: 'varchar', length: 40 }) action: string;
  @Column({ type: 'varchar', length: 50 }) target_type: string;
  @Column({ type: 'uuid' }) target_id: string;
  @Column({ type: 'varchar', length: 300 }) target_name: string;
  @Column({ type: 'text' }) description: string;
  @Column({ type: 'jsonb', default: {} }) changes: Record<string, [unknown, unknown]>;
  @Column({ type: 'jsonb', default: {} }) metadata: Record<string, unknown>;
  /** Of a logged one: call, email, meeting or note. */
  @Column({ type: 'varchar', length: 20, nullable: true }) type: string | null;
  @Column({ type: 'varchar', length: 200, nullable: true }) subject: string | null;
  @Column({ type: 'text', nullable: true }) body: string | null;
  @Column({ type: 'integer', nullable: true }) duration_minutes: number | null;
  @Column({ type: 'varchar', length: 200, nullable: true }) outcome: string | null;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) happened_at: Date | null;
}
