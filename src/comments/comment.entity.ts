import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

/** What somebody said about a record. Its author is who created it. */
@Entity('comments')
export class Comment extends ResourceEntity {
  @Column({ type: 'varchar', length: 50 }) target_type: string;
  @Column({ type: 'uuid' }) target_id: string;
  @Column({ type: 'text' }) content: string;
  @Column({ type: 'uuid', nullable: true }) parent_id: string | null;
  /** Users whom it names and who may read the record. */
  @Column({ type: 'uuid', array: true, default: [] }) mentions: string[];
}
