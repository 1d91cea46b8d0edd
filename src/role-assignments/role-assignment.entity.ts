import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

/** One role held by one user, everywhere or within one team. */
@Entity('role_assignments')
export class RoleAssignment extends ResourceEntity {
  @Column({ type: 'uuid' }) user_id: string;
  @Column({ type: 'uuid' }) role_id: string;
  @Column({ type: 'uuid', nullable: true }) team_id: string | null;
}
