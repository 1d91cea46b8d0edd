import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

@Entity('saved_views')
export class SavedView extends ResourceEntity {
  @Column({ type: 'uuid' }) owner_id: string;
  @Column({ type: 'varchar', length: 50 }) entity: string;
  @Column({ type: 'varchar', length: 100 }) name: string;
  @Column({ type: 'jsonb', default: {} }) filters: Record<string, string>;
  @Column({ type: 'varchar', length: 500, nullable: true }) ordering: string | null;
  @Column({ type: 'text', array: true, default: [] }) columns: string[];
  @Column({ type: 'boolean', default: false }) is_shared: boolean;
}
