import { Column, Entity } from 'typeorm';
import { RecordEntity } from '../crud/record-entity.ts';

@Entity('companies')
export class Company extends RecordEntity {
  @Column({ type: 'varchar', length: 200 }) name: string;
  @Column({ type: 'varchar', length: 253, nullable: true }) domain: string | null;
  @Column({ type: 'varchar', length: 100, nullable: true }) industry: string | null;
  @Column({ type: 'varchar', length: 20, nullable: true }) size: string | null;
  @Column({ type: 'numeric', precision: 14, scale: 2, nullable: true }) annual_revenue: number | null;
  @Column({ type: 'char', length: 3, default: 'USD' }) currency: string;
  @Column({ type: 'varchar', length: 50, nullable: true }) phone: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) website: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) linkedin_url: string | null;
  @Column({ type: 'text', nullable: true }) description: string | null;
  @Column({ type: 'varchar', length: 255, nullable: true }) address_line_1: string | null;
  @Column({ type: 'varchar', length: 255, nullable: true }) address_line_2: string | null;
  @Column({ type: 'varchar', length: 100, nullable: true }) city: string | null;
  @Column({ type: 'varchar', length: 100, nullable: true }) state: string | null;
  @Column({ type: 'varchar', length: 20, nullable: true }) postal_code: string | null;
  @Column({ type: 'char', length: 2, nullable: true }) country: string | null;
  @Column({ type: 'varchar', length: 20, default: 'prospect' }) company_type: string;
  @Column({ type: 'uuid', nullable: true }) parent_id: string | null;
  /** Of one in the trash: the company that took over what referred to it. */
  @Column({ type: 'uuid', nullable: true }) merged_into_id: string | null;
  /** Made by the database: the name without its legal form. */
  @Column({ type: 'text', nullable: true }) name_key: string | null;
}
