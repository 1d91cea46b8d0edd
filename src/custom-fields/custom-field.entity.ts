import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

/** What is in the trash here is archived: its values stay in the rows, neither shown nor taken. */
@Entity('custom_fields')
export class CustomField extends ResourceEntity {
  @Column({ type: 'varchar', length: 50 }) entity: string;
  @Column({ type: 'varchar', length: 41 }) name: string;
  @Column({ type: 'varchar', length: 100 }) label: string;
  @Column({ type: 'varchar', length: 20 }) field_type: string;
  @Column({ type: 'jsonb', default: {} }) options: unknown;
  @Column({ type: 'boolean', default: false }) required: boolean;
  @Column({ type: 'jsonb', nullable: true }) default: unknown;
  @Column({ type: 'boolean', default: false }) unique: boolean;
  @Column({ type: 'boolean', default: false }) is_filterable: boolean;
  @Column({ type: 'integer', default: 0 }) position: number;
  @Column({ type: 'boolean', default: true }) is_active: boolean;
  @Column({ type: 'varchar', length: 10, default: 'none' }) index_status: 'none' | 'building' | 'ready' | 'failed';
  @Column({ type: 'varchar', length: 500, nullable: true }) index_error: string | null;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) purge_requested_at: Date | null;
}
