import { Input } from '@adminjs/design-system';
import type { ChangeEvent, ComponentProps } from 'react';

type Props = Omit<ComponentProps<typeof Input>, 'onChange'> & {
  onText: (text: string) => void;
  /** Why the form cannot be sent with what is typed; the browser then says so and holds it back. */
  problem?: string;
};

/** An input that says what is typed. */
export function TextInput({ onText, problem = '', ...props }: Props) {
  return (
    <Input
      {...props}
      ref={(input: HTMLInputElement | null) => input?.setCustomValidity(problem)}
      onChange={({ target }: ChangeEvent<HTMLInputElement>) => onText(target.value)}
    />
  );
}

/** The browser's own drop-down, which a thumb and a screen reader know how to use. */
export function ChoiceInput({ choices, ...props }: Props & { choices: { value: string; label: string }[] }) {
  return (
    <TextInput as="select" {...props} style={{ minHeight: 34, font: 'inherit', ...props.style }}>
      {choices.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </TextInput>
  );
}
