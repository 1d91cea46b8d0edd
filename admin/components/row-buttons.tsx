import { Button, Icon } from '@adminjs/design-system';

export function RemoveButton({ onClick }: { onClick: () => void }) {
  return (
    <Button type="button" variant="text" color="danger" size="icon" aria-label="Remove" onClick={onClick}>
      <Icon icon="Trash2" />
    </Button>
  );
}

export function AddButton({ path, onClick }: { path: string; onClick: () => void }) {
  return (
    <Button type="button" variant="outlined" size="sm" onClick={onClick} data-testid={`${path}-add`}>
      <Icon icon="Plus" />
      Add
    </Button>
  );
}
