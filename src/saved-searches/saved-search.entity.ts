import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

@Entity('saved_searches')
export class SavedSearch extends ResourceEntity {
  @Column({ type: 'uuid' }) user_id: string;
  @Column({ type: 'varchar', length: 100 }) name: string;
  @Column({ type: 'varchar', length: 200 }) q: string;
  @Column({ type: 'text', array: true, default: [] }) entity_types: string[];
}
