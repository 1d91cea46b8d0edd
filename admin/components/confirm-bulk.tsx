import { Box, Button, DrawerContent, DrawerFooter, MessageBox, Text } from '@adminjs/design-system';
import { ActionHeader, type ActionProps, ApiClient, useActionResponseHandler, useTranslation } from 'adminjs';
import { useState } from 'react';

const api = new ApiClient();

/** Asks before an action on the selected rows. What stood in its way stays in sight until it is done or left. */
export default function ConfirmBulk(props: ActionProps) {
  const { action, resource, records = [] } = props;
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const { translateAction } = useTranslation();
  const finish = useActionResponseHandler();
  const send = async () => {
    setSending(true);
    setFailure(null);
    const recordIds = records.map(({ id }) => id);
    const sent = api.bulkAction({ resourceId: resource.id, actionName: action.name, recordIds, method: 'post' });
    const response = await sent.catch(() => null);
    setSending(false);
    if (response?.data.redirectUrl)
      finish({ ...response, data: { ...response.data, redirectUrl: `${response.data.redirectUrl}${keptSearch()}` } });
    else setFailure(response?.data.notice?.message ?? 'The server did not answer. Try again.');
  };
  return (
    <>
      <DrawerContent>
        <ActionHeader omitActions {...props} />
        <Text mb="lg" lineHeight="24px">
          {String(action.custom.question)}
        </Text>
        {failure && <MessageBox mb="lg" variant="danger" message={failure} data-testid="failure" />}
        <Box as="ul">
          {records.map((record) => (
            <Box
              as="li"
              key={record.id}
              py="default"
              style={{ borderTop: '1px solid #e9ebf2', overflowWrap: 'anywhere' }}
            >
              <Text lineHeight="22px">{record.title}</Text>
            </Box>
          ))}
        </Box>
      </DrawerContent>
      <DrawerFooter>
        <Button
          variant="contained"
          size="lg"
          color={action.variant === 'danger' ? 'danger' : 'primary'}
          onClick={send}
          disabled={isSending}
          data-testid="confirm"
        >
          {translateAction(action.name, resource.id)}
        </Button>
      </DrawerFooter>
    </>
  );
}

/** Back to the page, filter and tab in which the rows were selected. */
function keptSearch(): string {
  const search = new URLSearchParams(window.location.search);
  search.delete('recordIds');
  return search.size > 0 ? `?${search}` : '';
}
