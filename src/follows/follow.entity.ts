import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

/** A user who wants to hear of what happens to a record. */
@Entity('follows')
export class Follow extends ResourceEntity {
  @Column({ type: 'uuid' }) user_id: string;
  @Column({ type: 'varchar', length: 50 }) target_type: string;
  @Column({ type: 'uuid' }) target_id: string;
}
