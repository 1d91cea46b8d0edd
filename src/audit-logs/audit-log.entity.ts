import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

/** One event: the record of a change for auditors and the outbox for whoever reacts to it. */
@Entity('audit_logs')
export class AuditLog extends IdentifiedEntity {
  @Column({ type: 'varchar', length: 80 }) event: string;
  @Column({ type: 'uuid', nullable: true }) actor_id: string | null;
  @Column({ type: 'varchar', length: 254 }) actor_name: string;
  @Column({ type: 'varchar', length: 40 }) action: string;
  @Column({ type: 'varchar', length: 50 }) resource_type: string;
  @Column({ type: 'uuid', nullable: true }) resource_id: string | null;
  /** The version that the change made, for merging stale writes. */
  @Column({ type: 'integer', nullable: true }) resource_version: number | null;
  @Column({ type: 'varchar', length: 300, nullable: true }) resource_label: string | null;
  @Column({ type: 'jsonb', default: {} }) changes: Record<string, [unknown, unknown]>;
  @Column({ type: 'jsonb', default: {} }) metadata: Record<string, unknown>;
  @Column({ type: 'varchar', length: 10, default: 'low' }) risk: string;
  @Column({ type: 'inet', nullable: true }) ip: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) user_agent: string | null;
  @Column({ type: 'varchar', length: 64, nullable: true }) request_id: string | null;
  @Column({ type: 'uuid', nullable: true }) caused_by: string | null;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) dispatched_at: Date | null;
  @Column({ type: 'integer', default: 0 }) dispatch_attempts: number;
  @Column({ type: 'text', nullable: true }) dispatch_error: string | null;
}
