import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

@Entity('contact_group_members')
export class ContactGroupMember extends IdentifiedEntity {
  @Column({ type: 'uuid', nullable: true }) created_by_id: string | null;
  @Column({ type: 'uuid' }) group_id: string;
  @Column({ type: 'uuid' }) contact_id: string;
}
