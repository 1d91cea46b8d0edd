import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

/** One sign-in at one device: a family of refresh tokens. Only hashes are stored. */
@Entity('sessions')
export class Session extends IdentifiedEntity {
  @Column({ type: 'uuid' }) user_id: string;
  @Column({ type: 'varchar', length: 64 }) refresh_hash: string;
  @Column({ type: 'integer', default: 0 }) generation: number;
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' }) rotated_at: Date;
  @Column({ type: 'varchar', length: 500, default: '' }) device: string;
  @Column({ type: 'inet', nullable: true }) ip: string | null;
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' }) last_seen_at: Date;
  @Column({ type: 'timestamptz', precision: 3 }) expires_at: Date;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) ended_at: Date | null;
  @Column({ type: 'varchar', length: 30, nullable: true }) ended_reason: string | null;
}
