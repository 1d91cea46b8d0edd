import { BaseEntity, Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('deal_contacts')
export class DealContact extends BaseEntity {
  @PrimaryColumn({ type: 'uuid' }) deal_id: string;
  @PrimaryColumn({ type: 'uuid' }) contact_id: string;
  @Column({ type: 'varchar', length: 50, nullable: true }) role: string | null;
  @Column({ type: 'integer' }) position: number;
}
