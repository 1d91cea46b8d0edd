import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The first answer to a write that carried an Idempotency-Key, kept 24 h. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  @PrimaryColumn({ type: 'varchar', length: 64 }) id: string;
  @Column({ type: 'varchar', length: 64 }) body_hash: string;
  @Column({ type: 'integer' }) status: number;
  @Column({ type: 'jsonb', nullable: true }) body: unknown;
  @Column({ type: 'jsonb', default: {} }) headers: Record<string, string>;
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' }) created_at: Date;
}
