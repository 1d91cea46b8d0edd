import { Box, Button, MessageBox, Text } from '@adminjs/design-system';
import { type ActionProps, ApiClient, useActionResponseHandler, useTranslation } from 'adminjs';
import { useState } from 'react';

const api = new ApiClient();

/** Asks before an action on one row and sends it as a form. What stood in its way stays in sight. */
export default function ConfirmAction({ action, record, resource }: ActionProps) {
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const { translateAction } = useTranslation();
  const finish = useActionResponseHandler();
  if (!record) return null;
  const label = translateAction(action.name, resource.id);
  const target = { resourceId: resource.id, recordId: record.id, actionName: action.name };
  const send = async () => {
    setSending(true);
    setFailure(null);
    const response = await api.recordAction({ ...target, data: new FormData() }).catch(() => null);
    setSending(false);
    if (response?.data.redirectUrl) finish(response);
    else setFailure(response?.data.notice?.message ?? 'The server did not answer. Try again.');
  };
  return (
    <Box variant="white" border="default" borderRadius="lg" p="xxl" maxWidth="560px" data-testid="confirmation">
      <Text fontWeight="bold" mb="default" lineHeight="24px" style={{ overflowWrap: 'anywhere' }}>
        {record.title}
      </Text>
      <Text mb="xl" lineHeight="24px">
        {String(action.custom.question ?? '')}
      </Text>
      {failure && <MessageBox mb="xl" variant="danger" message={failure} data-testid="failure" />}
      <Box flex flexDirection="row" style={{ gap: 12 }}>
        <Button
          variant="contained"
          color={action.variant === 'danger' ? 'danger' : 'primary'}
          onClick={send}
          disabled={isSending}
          data-testid="confirm"
        >
          {label}
        </Button>
        <Button as="a" href={`/admin/resources/${resource.id}/records/${record.id}/show`} variant="text">
          Cancel
        </Button>
      </Box>
    </Box>
  );
}
