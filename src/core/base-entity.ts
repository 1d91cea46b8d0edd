import { BaseEntity, Column, PrimaryColumn } from 'typeorm';

/** Columns of every table whose rows have an identity of their own. Ids are UUIDv7, made by the application. */
export abstract class IdentifiedEntity extends BaseEntity {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' }) created_at: Date;
}

/** Columns of every resource: who made it, when it changed, which version it is, whether it is in the trash. */
export abstract class ResourceEntity extends IdentifiedEntity {
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' }) updated_at: Date;
  @Column({ type: 'uuid', nullable: true }) created_by_id: string | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) deleted_at: Date | null;
}
