import { Box, Button, DrawerContent, DrawerFooter } from '@adminjs/design-system';
import {
  type ActionProps,
  ApiClient,
  LayoutElementRenderer,
  paramsToFormData,
  type RecordJSON,
  useActionResponseHandler,
  useNotice,
  useQueryParams,
  useRecord,
} from 'adminjs';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { focusFirstFault } from './focus-fault.ts';
import { changedFields, type FlatParams, filledFields, pickFields, withoutFields } from './form-changes.ts';

const api = new ApiClient();

interface FormFacts {
  /** The fields of the form. */
  fields: string[];
  /** What a new record holds unless something else is chosen. */
  defaults?: FlatParams;
}

/**
 * The form for a new and for an existing record. AdminJS's own sends the whole row, which says nothing about what was
 * changed here, so everything that somebody else changed meanwhile would stand in its way. This one sends the fields
 * that differ from what it was opened with, and the version that it was made from.
 */
export default function RecordForm(props: ActionProps) {
  const { action, record: given, resource } = props;
  const { fields, defaults = {} } = action.custom as unknown as FormFacts;
  const { parsedQuery } = useQueryParams();
  const opened = useRef<FlatParams>(given?.params ?? {});
  const conflicting = useRef<string[]>([]);
  const form = useRef<HTMLFormElement>(null);
  const [isSending, setSending] = useState(false);
  const initial = given ?? createBlank({ ...defaults, ...pickGiven(parsedQuery, fields) });
  const { record, handleChange, setRecord } = useRecord(initial, resource.id);
  const finish = useActionResponseHandler();
  const addNotice = useNotice();
  const faults = Object.keys(record.errors ?? {});
  useEffect(() => {
    if (form.current && faults.length > 0) focusFirstFault(form.current, faults);
  }, [record.errors]);

  const chooseFields = () => {
    if (!given) return filledFields(record.params).filter((name) => fields.includes(name));
    return [...new Set([...conflicting.current, ...changedFields(opened.current, record.params)])];
  };
  const show = (answer: RecordJSON, sent: string[]) => {
    const { errors } = answer;
    if (!Object.values(errors).some(({ type }) => type === 'version_mismatch')) return setRecord({ ...record, errors });
    // From here on the form is made from the row as it now is: who saves again has read what they overwrite.
    opened.current = withoutFields(answer.params, sent);
    conflicting.current = sent;
    setRecord({ ...answer, populated: { ...answer.populated, ...record.populated } });
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    const names = chooseFields();
    const version = given ? { version: opened.current.version } : {};
    const data = paramsToFormData({ ...pickFields(record.params, names), ...version });
    const target = { resourceId: resource.id, data };
    try {
      const response = given
        ? await api.recordAction({ ...target, recordId: given.id, actionName: 'edit' })
        : await api.resourceAction({ ...target, actionName: 'new' });
      const { redirectUrl, notice, record: answer } = response.data;
      if (redirectUrl) return finish(response);
      if (notice) addNotice(notice);
      if (answer) show(answer, names);
    } catch (error) {
      addNotice({ type: 'error', message: detailOf(error) });
    } finally {
      setSending(false);
    }
  };
  return (
    <Box as="form" ref={form} flex flexDirection="column" flexGrow={1} onSubmit={send} data-testid="record-form">
      <DrawerContent data-css="drawer-content">
        {(action.layout ?? []).map((element, index) => (
          <LayoutElementRenderer
            key={index}
            {...props}
            layoutElement={element}
            where="edit"
            onChange={handleChange}
            record={record}
          />
        ))}
      </DrawerContent>
      <DrawerFooter data-css="drawer-footer">
        <Button variant="contained" type="submit" disabled={isSending} data-testid="button-save">
          Save
        </Button>
      </DrawerFooter>
    </Box>
  );
}

function createBlank(params: FlatParams): RecordJSON {
  return {
    id: '',
    title: '',
    params,
    errors: {},
    populated: {},
    baseError: null,
    recordActions: [],
    bulkActions: [],
  };
}

/** A link may fill in fields of a new record: `?user_id=…`. */
function pickGiven(query: Record<string, unknown>, fields: readonly string[]): FlatParams {
  return Object.fromEntries(
    Object.entries(query).filter(([name, value]) => fields.includes(name) && typeof value === 'string'),
  );
}

function detailOf(error: unknown): string {
  const { response } = error as { response?: { data?: { detail?: string } } };
  return response?.data?.detail ?? 'The server did not answer and nothing was saved. Try again.';
}
