import { Entity, PrimaryColumn } from 'typeorm';

/** A word of the search index, by which misspelt ones are corrected. */
@Entity('search_terms')
export class SearchTerm {
  @PrimaryColumn({ type: 'varchar', length: 40 }) term: string;
}
