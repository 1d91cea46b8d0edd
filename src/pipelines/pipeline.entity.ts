import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

@Entity('pipelines')
export class Pipeline extends ResourceEntity {
  @Column({ type: 'varchar', length: 100 }) name: string;
  /** The pipeline of a deal that names none; exactly one is. */
  @Column({ type: 'boolean', default: false }) is_default: boolean;
}
