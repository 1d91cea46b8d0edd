import { Resource as TypeOrmResource } from '@adminjs/typeorm';
import { BaseRecord, type Filter } from 'adminjs';

type Entity = ConstructorParameters<typeof TypeOrmResource>[0];
type FindOptions = Parameters<TypeOrmResource['find']>[1];

/** A table that the panel shows and never writes, such as the audit log. Objects are shown as text. */
export class LogResource extends TypeOrmResource {
  readonly #entity: Entity;
  readonly #name: string;

  constructor(entity: Entity, name: string) {
    super(entity);
    this.#entity = entity;
    this.#name = name;
  }

  override id(): string {
    return this.#name;
  }

  override async find(filter: Filter, options: FindOptions): Promise<BaseRecord[]> {
    return (await super.find(filter, options)).map((record) => this.#print(record));
  }

  override async findOne(id: string): Promise<BaseRecord | null> {
    const found = await this.#entity.findOneBy({ id } as never);
    return found ? this.#print(new BaseRecord(found as unknown as Record<string, unknown>, this)) : null;
  }

  override create(): Promise<never> {
    throw new Error('This table is read only.');
  }

  override update(): Promise<never> {
    throw new Error('This table is read only.');
  }

  override delete(): Promise<never> {
    throw new Error('This table is read only.');
  }

  #print(record: BaseRecord): BaseRecord {
    const columns = this.#entity.getRepository().metadata.columns.filter((column) => column.type === 'jsonb');
    const printed = { ...record.params };
    for (const { propertyName } of columns) {
      const nested = record.get(propertyName) ?? {};
      for (const key of Object.keys(printed)) if (key.startsWith(`${propertyName}.`)) delete printed[key];
      printed[propertyName] = JSON.stringify(nested, null, 1);
    }
    return new BaseRecord(printed, this);
  }
}
