import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

@Entity('roles')
export class Role extends ResourceEntity {
  @Column({ type: 'varchar', length: 50 }) name: string;
  @Column({ type: 'varchar', length: 100 }) display_name: string;
  @Column({ type: 'text', default: '' }) description: string;
  @Column({ type: 'integer' }) level: number;
  @Column({ type: 'text', array: true, default: [] }) permissions: string[];
  @Column({ type: 'varchar', length: 20, default: 'gray' }) color: string;
  @Column({ type: 'boolean', default: false }) is_system_role: boolean;
}
